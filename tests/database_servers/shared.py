"""The one server of a kind that all processes of a test run use.

Whoever asks first starts it and leaves a note; the others read that. There is nothing to count:
each holds the server's lifeline, and the kernel lets go of it for whoever ends (see ``keeper``).
Such a server is not durable: its data may be lost with the machine, and nobody restarts it.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from tests.database_servers.kinds import Place
from tests.database_servers.server import KINDS, Server, Standing


@contextmanager
def shared_server(kind: str, run: Path) -> Iterator[Standing]:
    """Use the server of a test run. ``run``: a folder that its processes share."""
    with ExitStack() as held:
        with (run / f"{kind}.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            note = run / f"{kind}.json"
            standing = _join(kind, note, held)
            if standing is None:
                server = Server(kind, durable=False)
                held.callback(server.let_go)
                standing = server.standing
                note.write_text(json.dumps(_told(standing.place)))
        yield standing


def _join(kind: str, note: Path, held: ExitStack) -> Standing | None:
    """Hold on to the server that the note tells of; None if there is none any more."""
    try:
        told = json.loads(note.read_text())
        lifeline = held.enter_context((Path(told["directory"]) / "lifeline").open("rb"))
    except FileNotFoundError:
        return None
    place = Place(Path(told["directory"]), told["port"], told["password"])
    if _holds(lifeline) and KINDS[kind].is_ready(place):
        return Standing(KINDS[kind], place)
    return None


def _holds(lifeline: IO[bytes]) -> bool:
    try:
        fcntl.flock(lifeline, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:  # its keeper has it, and is about to end
        return False
    return True


def _told(place: Place) -> dict[str, str | int]:
    return {
        "directory": str(place.directory),
        "port": place.port,
        "password": place.password,
    }
