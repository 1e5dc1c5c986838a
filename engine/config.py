"""Where this node keeps its things, which database it means by default, and its log.

Not for job settings (those are the job document) and not for the node's life (``engine.node``).
"""

from __future__ import annotations

import contextlib
import json
import logging
import logging.handlers
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.core.errors import OperatorError, Unavailable
from engine.core.places import LOCAL_NODE_FILE, data_directory

DEFAULT_LISTEN = "127.0.0.1:7077"
LOG_BYTES = 8 * 1024 * 1024
LOG_FILES = 4


@dataclass(frozen=True, slots=True)
class Home:
    """The data directory and what stands in it."""

    path: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Home:
        """The data directory of this user on this machine; nothing is made yet."""
        return cls(
            data_directory(sys.platform, os.environ if environ is None else environ, Path.home())
        )

    def make(self) -> Home:
        """Make the directory, readable by its owner only; OperatorError when that fails."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OperatorError(
                f"The data directory {self.path} could not be made: {error.strerror}.",
                hint="Set JELLYFISH_HOME to a directory you may write to.",
            ) from None
        return self

    @property
    def database_url(self) -> str:
        """The database that is meant when none is named."""
        return f"sqlite:///{(self.path / 'jellyfish.db').as_posix()}"

    @property
    def key_file(self) -> Path:
        """The master key, or where it is kept."""
        return self.path / "master-key"

    @property
    def certificate_file(self) -> Path:
        """The node's own certificate, where one was made."""
        return self.path / "node-certificate.pem"

    @property
    def certificate_key_file(self) -> Path:
        """The key of that certificate."""
        return self.path / "node-certificate-key.pem"

    @property
    def log_file(self) -> Path:
        """The node's log."""
        return self.path / "node.log"

    @property
    def local_node_file(self) -> Path:
        """What the node that runs here writes for console and CLI."""
        return self.path / LOCAL_NODE_FILE

    @property
    def reports(self) -> Path:
        """Where reports of bugs are written."""
        return self.path / "reports"


def write_private(path: Path, text: str) -> None:
    """Replace a file whole, readable by its owner only: never half-written, never open to others.

    Raises OperatorError when the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:
        raise Unavailable(
            f"{path} could not be written: {error.strerror}.",
            hint="Look at the disk's space and the directory's permissions.",
        ) from None


def write_local_node(home: Home, *, url: str, token: str, fingerprint: str = "") -> None:
    """Tell console and CLI of this user where the local node listens.

    fingerprint: of its certificate, "" without TLS.
    """
    content = {"url": url, "token": token, "pid": os.getpid(), "fingerprint": fingerprint}
    write_private(home.local_node_file, json.dumps(content))


def remove_local_node(home: Home, *, token: str) -> None:
    """Take that back, if it is still ours."""
    try:
        content = json.loads(home.local_node_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if isinstance(content, dict) and content.get("token") == token:
        home.local_node_file.unlink(missing_ok=True)


class UtcFormatter(logging.Formatter):
    """One line an event: UTC time with milliseconds, level, logger, message."""

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        """UTC, not the machine's zone."""
        return time.gmtime(seconds)

    default_msec_format = "%s.%03dZ"
    default_time_format = "%Y-%m-%dT%H:%M:%S"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")


@contextlib.contextmanager
def logging_to(file: Path, *, level: int = logging.INFO, to_stderr: bool = False) -> Iterator[None]:
    """Log into a rotating file of the data directory meanwhile, and to stderr when asked to.

    httpx and httpcore log every request's URL; they are kept to warnings. uvicorn warns of every
    request that is none, so anybody could fill the log with them; it is kept to errors.
    """
    file.touch(mode=0o600)
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(
            file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    ]
    if to_stderr:
        handlers.append(logging.StreamHandler())
    root = logging.getLogger()
    level_before = root.level
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "asyncio", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    for handler in handlers:
        handler.setFormatter(UtcFormatter())
        root.addHandler(handler)
    try:
        yield
    finally:
        root.setLevel(level_before)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def refuse_if_others_may_read(path: Path) -> None:
    """OperatorError when a secret file is open to others (on systems with such permissions)."""
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise OperatorError(
            f"The file {path} may be read by other users of this machine.",
            hint=f"Close it: chmod 600 {path}",
        )


def refuse_if_all_may_read(path: Path) -> None:
    """OperatorError when everybody on this machine may read a key; its group may, as systems that
    keep certificates for several programs do. A file that is not there is left to its reader.
    """
    if os.name == "posix" and path.exists() and path.stat().st_mode & stat.S_IRWXO:
        raise OperatorError(
            f"The file {path} may be read by every user of this machine.",
            hint=f"Close it: chmod o-rwx {path}",
        )
