"""What nodes tell each other through the database: that something of a topic has changed.

Whoever changes what other nodes must see says so in the same transaction (``tell``): the topic's
number in ``serial`` rises with the commit. Every node compares these few numbers again and again
(``services.hearing``), so nothing that was committed is ever missed. What has changed is not told:
who hears it looks, and finds all of it, also what was told before and not heard. Where a database
can notify those who listen, they are asked to look at once.

For what operators and nodes do now and then. Not for the traffic: a number that every page and
every settlement raised would be one row that all nodes wait for. That there is something to send
is therefore only notified, and where nothing can be, each pusher finds it by itself within the
second for which it is idle at most.
"""

from __future__ import annotations

from enum import StrEnum

from engine.store.access import Access

_PREFIX = "told_"


class Topic(StrEnum):
    """What nodes tell each other about.

    jobs: saved, paused, resumed, deleted, or a secret or channel of theirs was set.
    pulls: some are due now. operations: begun or steered. nodes: drained, undrained.
    tokens: revoked. breakers: one was opened or closed, or may be tried. leases: some were given
    back, or a node came or went.
    """

    JOBS = "jobs"
    PULLS = "pulls"
    OPERATIONS = "operations"
    NODES = "nodes"
    TOKENS = "tokens"
    BREAKERS = "breakers"
    LEASES = "leases"


_NAMES = {f"{_PREFIX}{topic}": topic for topic in Topic}
_TOLD = f"SELECT name, n FROM serial WHERE name IN ({', '.join('?' * len(_NAMES))})"
_TELL = (
    "INSERT INTO serial (name, n) VALUES (?, 1)"
    " ON CONFLICT (name) DO UPDATE SET n = serial.n + excluded.n"
)


_LOOK = "look"
_SEND = "send "


def tell(access: Access, topic: Topic) -> None:
    """Every node hears, once this transaction is committed, that this topic has changed."""
    access.run(_TELL, (f"{_PREFIX}{topic}",))
    access.notify(_LOOK)


def tell_to_send(access: Access, job_id: int) -> None:
    """Nodes that listen hear, once this transaction is committed, that the job has something."""
    access.notify(f"{_SEND}{job_id}")


def job_to_send(heard: str) -> int | None:
    """The job of which something is to be sent; None where the topics are to be looked at."""
    return int(heard.removeprefix(_SEND)) if heard.startswith(_SEND) else None


def told(access: Access) -> dict[Topic, int]:
    """How often each topic was told, as far as it ever was."""
    return {_NAMES[name]: n for name, n in access.rows(_TOLD, tuple(_NAMES))}
