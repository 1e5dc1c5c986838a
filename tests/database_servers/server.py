"""A database server: one that stands somewhere, and one of a test's own that it may break."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import random
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.database_servers import keeper
from tests.database_servers.kinds import ROLE, Kind, MariaDB, Mode, Place, PostgreSQL, Step

KINDS: dict[str, Kind] = {kind.name: kind for kind in (PostgreSQL(), MariaDB())}
READY_S = 30.0
ROOM = 4 * 1024**3
"""Bytes of memory that must be free for a server's data to be kept there."""
ATTEMPTS = 5
"""How often another port is tried when somebody was quicker."""
PORTS = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections: a server that was stopped finds its
port free again."""


class ServerFailed(Exception):
    """A server that did not start, or a statement it refused; with what it said."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A server that runs, for those who use it. It may be everybody's: it cannot be stopped."""

    kind: Kind
    place: Place

    def url(self, database: str, *, port: int | None = None) -> str:
        """The product's address of a database; another port leads through a test's own relay."""
        login = f"{ROLE}:{self.place.password}"
        return f"{self.kind.scheme}://{login}@127.0.0.1:{port or self.place.port}/{database}"

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.place.directory / "log"

    def make_database(self) -> str:
        """Make an empty database that belongs to the product's user; its name."""
        name = f"{ROLE}_{secrets.token_hex(8)}"
        self.ask(self.kind.create(name))
        return name

    def drop(self, database: str) -> None:
        """Remove a database."""
        self.ask(self.kind.drop(database))

    def end_connections(self) -> None:
        """End every connection of the product, whatever it is doing."""
        self.ask(self.kind.end_connections)

    def ask(self, statements: str, *, database: str = "") -> list[list[str]]:
        """Run statements as administrator; the rows they answer with. Raises ServerFailed."""
        command, environ = self.kind.client(self.place, database)
        done = subprocess.run(
            command,
            input=statements,
            capture_output=True,
            text=True,
            env={**os.environ, **environ},
            timeout=READY_S,
            check=False,
        )
        if done.returncode != 0:
            raise ServerFailed(f"{self.kind.name} refused {statements!r}: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]


class Server:
    """A server of a test's own, to be stopped, killed and restarted. A context manager.

    durable: writes reach the disk before a commit is answered, as in life; otherwise it is faster
    and a machine that stops (not a server that is killed) may lose data.
    """

    def __init__(self, kind: str, *, durable: bool = True) -> None:
        self._durable = durable
        self._keeper: subprocess.Popen[str] | None = None
        self._pid = 0
        directory = Path(tempfile.mkdtemp(prefix="jellyfish-", dir=_folder(durable)))
        self._lifeline = open(directory / "lifeline", "wb")  # noqa: SIM115 -- held till close()
        fcntl.flock(self._lifeline, fcntl.LOCK_SH)
        self._owner = pwd.getpwnam(KINDS[kind].user())
        place = Place(directory, _free_port(), secrets.token_hex(16))
        self.standing = Standing(KINDS[kind], place)
        try:
            _own(directory, self._owner)
            for step in self.standing.kind.initialise(place):
                self._run(step)
            self._start_somewhere()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id of the server, or of the one that ran last."""
        return self._pid

    def start(self) -> None:
        """Start it, and wait until it serves. Raises ServerFailed, with the end of its log."""
        place = self.standing.place
        spec = {
            "command": self.standing.kind.command(place, durable=self._durable),
            "lifeline": self._lifeline.name,
            "directory": str(place.directory),
            "log": str(self.standing.log),
            "uid": self._owner.pw_uid,
            "gid": self._owner.pw_gid,
            "end_signal": self.standing.kind.end_signals["immediate"],
        }
        program = [sys.executable, "-IS", keeper.__file__, json.dumps(spec)]
        self._keeper = subprocess.Popen(
            program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        assert self._keeper.stdout is not None
        with self._keeper.stdout as said:
            self._pid = int(said.readline())
        self._wait_until_ready(self._keeper)

    def stop(self, mode: Mode = "fast") -> None:
        """End it and wait: in order, or as a crash of its machine would. Does nothing twice."""
        if self._keeper is None:
            return
        if self._keeper.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, self.standing.kind.end_signals[mode])
        self._keeper.wait(READY_S)
        self._keeper = None

    def restart(self, mode: Mode = "fast") -> None:
        """Stop it, start it again at the same address."""
        self.stop(mode)
        self.start()

    def let_go(self) -> None:
        """Need it no more: it ends, and its directory goes, when nobody else needs it either."""
        self._lifeline.close()
        if self._keeper is not None:
            self._keeper.returncode = self._keeper.poll() or 0  # nobody here waits for it

    def close(self) -> None:
        """End it and remove everything. May be called twice."""
        self.stop("immediate")
        self.let_go()
        shutil.rmtree(self.standing.place.directory, ignore_errors=True)

    def _start_somewhere(self) -> None:
        """The first start: on whatever port is free."""
        for left in reversed(range(ATTEMPTS)):
            try:
                self.start()
                break
            except ServerFailed:
                self.stop("immediate")
                if not left:
                    raise
                place = self.standing.place
                other = Place(place.directory, _free_port(), place.password)
                self.standing = Standing(self.standing.kind, other)

    def _run(self, step: Step) -> None:
        root = os.geteuid() == 0
        # In a file, not a pipe: who opens /dev/stdin again must be allowed to.
        said = self.standing.place.directory / "said"
        said.write_text(step.said)
        _own(said, self._owner)
        with said.open() as lines:
            done = subprocess.run(
                step.command,
                stdin=lines,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=self.standing.place.directory,
                timeout=READY_S,
                check=False,
                user=self._owner.pw_uid if root else None,
                group=self._owner.pw_gid if root else None,
                extra_groups=[] if root else None,
            )
        said.unlink()
        if done.returncode != 0:
            raise ServerFailed(f"{step.command[0]}: {done.stdout}")

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + READY_S
        while not self.standing.kind.is_ready(self.standing.place):
            if process.poll() is not None or time.monotonic() > deadline:
                said = self.standing.log.read_text(errors="replace")[-2000:]
                raise ServerFailed(f"{self.standing.kind.name} did not start: {said}")
            time.sleep(0.01)


def _folder(durable: bool) -> Path:
    """Where the data goes: in memory, if none of it must outlast the machine and there is room."""
    memory = Path("/dev/shm")
    if durable or not os.access(memory, os.W_OK):
        return _short_folder()
    return memory if shutil.disk_usage(memory).free > ROOM else _short_folder()


def _short_folder() -> Path:
    """Where the path of a unix socket stays below its 107 bytes."""
    folder = Path(tempfile.gettempdir())
    return folder if len(str(folder)) < 60 else Path("/tmp")


def _own(path: Path, owner: pwd.struct_passwd) -> None:
    """Give it to the server's user."""
    if os.geteuid() == 0:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _free_port() -> int:
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerFailed("no port is free")
