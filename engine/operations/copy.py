"""Takes a whole ledger from one database into another, and says whether it arrived.

Nothing may work on either side meanwhile. The origin is never written; the destination opens for
nodes only after everything was verified. Not for how rows are read and written: ``store.copying``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from engine.core.errors import Conflict, OperatorError
from engine.core.places import database_label
from engine.operations.master_key import MasterKeyPlace
from engine.operations.secrets import opens
from engine.store.copying.copying import Compared, Copying, Tell
from engine.store.copying.destination import Destination
from engine.store.copying.origin import Origin
from engine.store.copying.tables import copied_tables
from engine.store.rows import Broken
from engine.store.sole_use import SoleUse

SHOWN = 5
"""Rows of one table that differ and are named."""


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """origin, destination: URLs. restart: throw an unfinished copy away. by: for the audit."""

    origin: str
    destination: str
    restart: bool
    by: str


@dataclass(frozen=True, slots=True)
class Copied:
    """What came of it. differing: places of rows that are not alike. closed: sealed values that
    this machine's key does not open. secrets: how many sealed values there are.
    """

    tables: tuple[Compared, ...]
    differing: tuple[str, ...]
    broken: tuple[Broken, ...]
    secrets: int
    closed: tuple[str, ...]

    @property
    def verified(self) -> bool:
        """Whether the destination equals the origin, and holds what a ledger promises."""
        return all(table.equal for table in self.tables) and not self.broken


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a copy needs of its caller. tell: how far it has got. note: a sentence meanwhile."""

    key: MasterKeyPlace
    clock: Callable[[], int]
    tell: Tell
    note: Callable[[str], None]


def copy(request: CopyRequest, around: Surroundings) -> Copied:
    """Copy, or go on with a copy; OperatorError when the databases are not fit for it.

    Ended at any moment, the same call goes on with what is there.
    """
    tables = copied_tables()
    if request.origin == request.destination:
        raise Conflict(
            "A database cannot be copied into itself.", hint="Name another database with --to."
        )
    with ExitStack() as opened:
        origin = opened.enter_context(closing(Origin.open(request.origin, around.clock)))
        opened.enter_context(_alone(request.origin))
        opened.enter_context(_alone(request.destination))
        destination = opened.enter_context(
            closing(Destination.open(request.destination, around.clock, tables))
        )
        _require_idle(origin.label, origin.nodes())
        _require_idle(destination.label, destination.nodes())
        copying = Copying(origin, destination, tables, around.tell)
        _prepare(origin, destination, copying, request, around)
        return _copied(origin, copying, request, around)


def _prepare(
    origin: Origin,
    destination: Destination,
    copying: Copying,
    request: CopyRequest,
    around: Surroundings,
) -> None:
    """Begin, go on, or throw away what is there and begin anew."""
    mark = destination.mark()
    if mark is None:
        filled = destination.filled()
        if filled is not None:
            raise Conflict(
                f"{destination.label} is in use: its table {filled} has rows.",
                hint="Copy into a new, empty database.",
            )
    elif mark.ledger_id != origin.ledger_id and not request.restart:
        raise Conflict(
            f"{destination.label} is an unfinished copy of another ledger, {mark.label}.",
            hint="Copy into a new, empty database; or throw that copy away with --restart.",
        )
    elif mark.print == origin.print and destination.is_whole() and not request.restart:
        around.note("The copy goes on where it stopped.")
        return
    else:
        changed = mark.print != origin.print and mark.ledger_id == origin.ledger_id
        around.note(
            "The copy begins anew: the old database has changed since."
            if changed
            else "The copy begins anew."
        )
        destination.clear()
    copying.begin(around.clock())


def _copied(origin: Origin, copying: Copying, request: CopyRequest, around: Surroundings) -> Copied:
    copying.copy()
    tables = copying.verify()
    differing = tuple(
        f"{table.table} {id_}"
        for table in tables
        if not table.equal
        for id_ in copying.differing(table.table, SHOWN)
    )
    broken = () if differing else tuple(copying.check())
    secrets, closed = _secrets(origin, around.key)
    found = Copied(tables, differing, broken, secrets, closed)
    if found.verified:
        copying.finish(request.by)
    return found


def _secrets(origin: Origin, place: MasterKeyPlace) -> tuple[int, tuple[str, ...]]:
    """How many sealed values there are, and which this machine's key does not open."""
    secrets = origin.secrets()
    if not secrets:
        return 0, ()
    if not place.file.exists():
        return len(secrets), tuple(name for _, name, _, _ in secrets)
    try:
        key = place.read_or_make()
    except OperatorError:
        return len(secrets), tuple(name for _, name, _, _ in secrets)
    return len(secrets), tuple(
        name for use, name, nonce, sealed in secrets if not opens(key, name, use, nonce, sealed)
    )


def _require_idle(label: str, nodes: Sequence[str]) -> None:
    """Conflict when nodes work on the shared database."""
    if nodes:
        raise Conflict(
            f"Nodes work on {label}: {', '.join(nodes)}.",
            hint="Stop them in order, then copy; one that was killed counts as gone after 20"
            " seconds. None must start again on the old database.",
        )


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """No node may work on the database of a file meanwhile; Conflict when one does."""
    lock = SoleUse.of(url)
    if lock is None:
        yield
        return
    try:
        lock.take()
    except Conflict:
        raise Conflict(
            f"A node works on {database_label(url)}.",
            hint="Stop it in order, then copy; it must not start again on the old database.",
        ) from None
    try:
        yield
    finally:
        lock.release()
