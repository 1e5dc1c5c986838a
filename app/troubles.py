"""What the banner says: the connection's loss first, then the node's own trouble, then a move to
another node, then versions.

Pure: facts in, a ``Notice`` out, or None when all is well.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app import shown
from app.connection import Connection, Move, Phase, Trouble
from app.words import translate
from engine.api.wire import NodeShape, StatusShape


class Way(Enum):
    """Where the banner's other button leads."""

    NONE = auto()
    CONNECTIONS = auto()
    NODES = auto()
    LOG = auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """state: the banner's colour. again: whether trying at once makes sense.

    read: it goes when somebody has read it.
    """

    sentence: str
    hint: str
    state: str
    way: Way
    again: bool
    read: bool = False


def notice(
    connection: Connection,
    node: NodeShape | None,
    status: StatusShape | None,
    own_version: str,
    move: Move | None = None,
) -> Notice | None:
    """What to tell now; while connecting again, what was told stays (the caller keeps it)."""
    if connection.phase is Phase.LOST:
        way = _way_out(connection.trouble)
        return Notice(connection.sentence, connection.hint, "dead", way, again=True)
    if status is not None and status.trouble is not None:
        trouble = status.trouble
        state, way = ("retrying", Way.NODES) if trouble.deliberate else ("dead", Way.NONE)
        return Notice(trouble.sentence, trouble.hint, state, way, again=False)
    if move is not None:
        sentence = translate(
            "Troubles", "{before} does not answer. This console is connected to {now} now."
        ).format(before=shown.line(move.before, 60), now=shown.line(move.now, 60))
        hint = translate(
            "Troubles",
            "It is the same database. A change whose answer was lost was not sent again.",
        )
        return Notice(sentence, hint, "retrying", Way.NODES, again=False, read=True)
    if node is not None and _differ(node.version, own_version):
        sentence = translate(
            "Troubles", "This console is version {own}, the node is version {other}."
        ).format(own=own_version, other=node.version)
        hint = translate("Troubles", "Some things may not work until both are the same.")
        return Notice(sentence, hint, "retrying", Way.NONE, again=False)
    return None


def way_words(way: Way) -> str:
    """What stands on the button; "" for none."""
    match way:
        case Way.CONNECTIONS:
            return translate("Troubles", "Connections…")
        case Way.NODES:
            return translate("Troubles", "Nodes")
        case Way.LOG:
            return translate("Troubles", "Open its log")
        case Way.NONE:
            return ""


def _way_out(trouble: Trouble) -> Way:
    match trouble:
        case Trouble.TOKEN | Trouble.CERTIFICATE | Trouble.FOREIGN | Trouble.UNREACHABLE:
            return Way.CONNECTIONS
        case Trouble.LOCAL:
            return Way.LOG


def _differ(one: str, other: str) -> bool:
    """Whether two versions differ by more than a correction."""
    return "?" not in (one, other) and one.split(".")[:2] != other.split(".")[:2]
