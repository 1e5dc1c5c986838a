"""When people are told about a job, and in which words: the alerts of the job document.

An alert is told once when its condition begins to hold, again at its interval while it holds, and
once when it holds no more. What is known of earlier evaluations (a ``Standing`` an alert) is
passed in and given back. What cannot be decided now, because a name it needs is not known or the
expression fails, leaves an alert as it stands.

An alert that comes and goes must not become a flood: one that holds again within ``RESTLESS_MS``
of its end is resolved only after it has not held for ``CALM_MS``.

Not for where the facts come from (``services.alerts``) nor how a message travels
(``operations.channels``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, assert_never

from engine.core.bare_path import shown
from engine.core.expression import Expression, ExpressionFailed

RESTLESS_MS = 600_000
CALM_MS = 300_000
MOST_CONSUMERS = 5
"""Consumers whose numbers one message tells; the others are counted."""
MOST_JOBS = 5
"""Jobs one message tells of; the others are counted."""


_NO_IDS: Mapping[AlertKey, int] = MappingProxyType({})


class News(StrEnum):
    """What there is to tell about an alert."""

    OPENED = "opened"
    STILL_OPEN = "still open"
    RESOLVED = "resolved"


class MessageState(StrEnum):
    """What a message is about, for programs that read it."""

    OPEN = "open"
    RESOLVED = "resolved"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over a channel: a subject line, sentences line by line, the job's name.

    job: "" in a test, and where several jobs are told of. alerts: ids of what it is about.
    """

    title: str
    text: str
    job: str
    state: MessageState
    alerts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """The numbers of one consumer that conditions may use.

    consumer: its name, "" for a job none of whose consumers is at work.
    source_silent_s: None while it is not known.
    """

    consumer: str
    failed: int
    unsynced: int
    lag_s: float
    source_silent_s: float | None
    breaker_open: bool

    @classmethod
    def of_names(cls, consumer: str, names: Mapping[str, Any]) -> Facts:
        """The facts that ``names`` gave."""
        return cls(
            consumer,
            int(names.get("failed", 0)),
            int(names.get("unsynced", 0)),
            float(names.get("lag_s", 0.0)),
            names.get("source_silent_s"),
            bool(names.get("breaker_open", False)),
        )

    def names(self) -> dict[str, Any]:
        """The data of an alert's expression; a name that is not known is left out."""
        names: dict[str, Any] = {
            "failed": self.failed,
            "unsynced": self.unsynced,
            "lag_s": self.lag_s,
            "breaker_open": self.breaker_open,
        }
        if self.source_silent_s is not None:
            names["source_silent_s"] = self.source_silent_s
        return names


@dataclass(frozen=True, slots=True)
class Rule:
    """An alert of a job document, compiled. ``to``: names of channels."""

    when: Expression
    to: tuple[str, ...]
    repeat_ms: int


@dataclass(frozen=True, slots=True)
class AlertKey:
    """Which alert of a job: one rule for one consumer."""

    consumer: str
    when: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an alert stands. Instants are ms of one clock; set back, it only delays what is told.

    opened_at: since when it is open, or was. told_at: when it was last told that it is open.
    calm_since: since when it has not held; None while it holds.
    restless: it came back soon after its end, so that it must be calm before it is resolved.
    """

    open: bool
    told_at: int
    calm_since: int | None = None
    restless: bool = False
    opened_at: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """Something to tell."""

    news: News
    key: AlertKey
    facts: Facts


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluation of a job came to.

    undecided: rules that failed on facts that are all known, each with the reason.
    """

    standings: Mapping[AlertKey, Standing]
    changes: tuple[Change, ...]
    undecided: tuple[ExpressionFailed, ...]


def evaluate(
    rules: Sequence[Rule],
    facts: Sequence[Facts],
    standings: Mapping[AlertKey, Standing],
    *,
    resting: frozenset[str],
    now: int,
) -> Evaluation:
    """Judge a job's alerts.

    resting: consumers that exist but are not judged now (paused); their alerts stay as they are.
    Standings of consumers and rules that are gone are dropped. now: ms, see ``Standing``.
    """
    left: dict[AlertKey, Standing] = {}
    changes: list[Change] = []
    undecided: list[ExpressionFailed] = []
    for rule in rules:
        for key in (AlertKey(name, rule.when.text, rule.to) for name in resting):
            if key in standings:
                left[key] = standings[key]
        for one in facts:
            key = AlertKey(one.consumer, rule.when.text, rule.to)
            standing, news = standings.get(key), None
            try:
                holds = rule.when.truth(one.names())
            except ExpressionFailed as failed:
                if one.source_silent_s is not None:
                    undecided.append(failed)
            else:
                standing, news = step(standing, holds, repeat_ms=rule.repeat_ms, now=now)
            if standing is not None and key not in left:
                left[key] = standing
                if news is not None:
                    changes.append(Change(news, key, one))
    return Evaluation(left, tuple(changes), tuple(undecided))


def step(
    standing: Standing | None, holds: bool, *, repeat_ms: int, now: int
) -> tuple[Standing | None, News | None]:
    """One alert's next standing (None: nothing to remember), and what there is to tell."""
    if standing is None:
        return (Standing(True, now, opened_at=now), News.OPENED) if holds else (None, None)
    if standing.open:
        return _step_open(standing, holds, repeat_ms, now)
    restless = now - (standing.calm_since or 0) < RESTLESS_MS
    if holds:
        return Standing(True, now, restless=restless, opened_at=now), News.OPENED
    return (standing, None) if restless else (None, None)


def _step_open(
    standing: Standing, holds: bool, repeat_ms: int, now: int
) -> tuple[Standing, News | None]:
    if holds:
        if now - standing.told_at >= repeat_ms:
            return replace(standing, told_at=now, calm_since=None), News.STILL_OPEN
        return replace(standing, calm_since=None), None
    calm_since = now if standing.calm_since is None else standing.calm_since
    if standing.restless and now - calm_since < CALM_MS:
        return replace(standing, calm_since=calm_since), None
    return Standing(False, standing.told_at, now, opened_at=standing.opened_at), News.RESOLVED


def messages(
    job: str, changes: Sequence[Change], ids: Mapping[AlertKey, int] = _NO_IDS
) -> tuple[tuple[str, Message], ...]:
    """What to send over which channel: at most one message of each state for each channel."""
    grouped: dict[tuple[str, MessageState], list[Change]] = {}
    for change in changes:
        resolved = change.news is News.RESOLVED
        state = MessageState.RESOLVED if resolved else MessageState.OPEN
        for channel in change.key.to:
            group = grouped.setdefault((channel, state), [])
            if change not in group:
                group.append(change)
    return tuple(
        (channel, _message(job, state, group, ids)) for (channel, state), group in grouped.items()
    )


def merged(told: Sequence[tuple[str, Message]]) -> tuple[tuple[str, Message], ...]:
    """The messages of several jobs that are told at once: one of each state for each channel."""
    grouped: dict[tuple[str, MessageState], list[Message]] = {}
    for channel, message in told:
        grouped.setdefault((channel, message.state), []).append(message)
    return tuple((channel, _as_one(group)) for (channel, _), group in grouped.items())


def _as_one(group: Sequence[Message]) -> Message:
    first = group[0]
    if len(group) == 1:
        return first
    lines = [message.text for message in group[:MOST_JOBS]]
    if len(group) > MOST_JOBS:
        lines.append(f"Another {len(group) - MOST_JOBS} jobs are not told of here.")
    if first.state is MessageState.RESOLVED:
        title = f"Data JellyFish: {len(group)} jobs resolved"
    else:
        title = f"Data JellyFish: alerts on {len(group)} jobs"
    ids = tuple(id_ for message in group for id_ in message.alerts)
    return Message(title, "\n".join(lines), "", first.state, ids)


def trial_message(channel: str, node: str) -> Message:
    """What is sent when an operator tries a channel."""
    return Message(
        "Data JellyFish: test",
        f"This is a test of the channel {channel} by the node {node}; nothing has happened.",
        "",
        MessageState.TEST,
    )


def _message(
    job: str, state: MessageState, changes: Sequence[Change], ids: Mapping[AlertKey, int]
) -> Message:
    consumers: dict[str, list[Change]] = {}
    for change in changes:
        consumers.setdefault(change.facts.consumer, []).append(change)
    groups = list(consumers.values())
    lines = [line for group in groups[:MOST_CONSUMERS] for line in lines_of(job, group)]
    if len(groups) > MOST_CONSUMERS:
        lines.append(f"Another {len(groups) - MOST_CONSUMERS} consumers are not told of here.")
    if state is MessageState.RESOLVED:
        title = f"Data JellyFish: {job} resolved"
    else:
        title = f"Data JellyFish: alert on {job}"
    about = tuple(ids[change.key] for change in changes if change.key in ids)
    return Message(title, "\n".join(lines), job, state, about)


def lines_of(job: str, changes: Sequence[Change]) -> list[str]:
    """What there is to tell of one consumer, each line a whole sentence."""
    facts = changes[0].facts
    conditions = " · ".join(dict.fromkeys(shown(change.key.when) for change in changes))
    lines = [
        _headline(_loudest(changes), job, facts.consumer, conditions),
        f"{facts.failed} failed, {facts.unsynced} unsynced, lag {facts.lag_s:.0f} s.",
    ]
    if facts.breaker_open:
        lines.append("The circuit breaker of the target is open.")
    if facts.source_silent_s is not None and "source_silent_s" in conditions:
        lines.append(f"The source has been silent for {facts.source_silent_s:.0f} s.")
    return lines


def _loudest(changes: Sequence[Change]) -> News:
    told = {change.news for change in changes}
    return next(news for news in News if news in told)


def _headline(news: News, job: str, consumer: str, conditions: str) -> str:
    match news:
        case News.OPENED if consumer:
            return f"Alert: job {job}, consumer {consumer}: {conditions}."
        case News.OPENED:
            return f"Alert: job {job}, with no consumer at work: {conditions}."
        case News.STILL_OPEN if consumer:
            return f"Still open: job {job}, consumer {consumer}: {conditions}."
        case News.STILL_OPEN:
            return f"Still open: job {job}, with no consumer at work: {conditions}."
        case News.RESOLVED if consumer:
            return f"Resolved: job {job}, consumer {consumer}: {conditions}."
        case News.RESOLVED:
            return f"Resolved: job {job}, with no consumer at work: {conditions}."
        case _ as never:
            assert_never(never)
