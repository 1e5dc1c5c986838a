from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.alerting import (
    CALM_MS,
    MOST_CONSUMERS,
    RESTLESS_MS,
    AlertKey,
    Change,
    Evaluation,
    Facts,
    MessageState,
    News,
    Rule,
    Standing,
    evaluate,
    messages,
    step,
    trial_message,
)
from engine.core.expression import Expression, Names

HOUR_MS = 3_600_000
EVERY_MS = 5_000
CALM = Facts("erp", failed=0, unsynced=0, lag_s=0.0, source_silent_s=2.0, breaker_open=False)
FAILED = replace(CALM, failed=3, unsynced=120, lag_s=75.4, source_silent_s=4.0)


def rule(when: str = "failed > 0", *to: str, repeat_ms: int = HOUR_MS) -> Rule:
    return Rule(Expression.compile(when, Names.ALERT, condition=True), to or ("ops",), repeat_ms)


def judge(
    rules: Iterable[Rule],
    *facts: Facts,
    before: Mapping[AlertKey, Standing] | None = None,
    resting: Iterable[str] = (),
    now: int = 0,
) -> Evaluation:
    return evaluate(tuple(rules), facts, before or {}, resting=frozenset(resting), now=now)


def news_of(holding: Iterable[bool], *, repeat_ms: int = HOUR_MS) -> list[tuple[int, News]]:
    """What is told when the condition is looked at every five seconds, with the second."""
    standing: Standing | None = None
    told = []
    for n, holds in enumerate(holding):
        now = n * EVERY_MS
        standing, news = step(standing, holds, repeat_ms=repeat_ms, now=now)
        if news is not None:
            told.append((now // 1000, news))
    return told


def seconds(holds: bool, s: int) -> list[bool]:
    return [holds] * (s * 1000 // EVERY_MS)


def test_an_alert_is_told_once_when_it_opens_and_once_when_it_is_over() -> None:
    told = news_of([False, True, True, True, False, False, False])
    assert told == [(5, News.OPENED), (20, News.RESOLVED)]


def test_an_alert_that_never_held_is_never_resolved() -> None:
    assert news_of([False] * 10) == []


def test_an_open_alert_is_told_again_at_its_interval() -> None:
    told = news_of(seconds(True, 130), repeat_ms=60_000)
    assert told == [(0, News.OPENED), (60, News.STILL_OPEN), (120, News.STILL_OPEN)]


def test_an_alert_that_comes_back_soon_must_be_calm_before_it_is_resolved_again() -> None:
    calm_s = CALM_MS // 1000
    holding = [*seconds(True, 10), *seconds(False, 10), *seconds(True, 10)]
    assert news_of([*holding, *seconds(False, calm_s + 10)]) == [
        (0, News.OPENED),
        (10, News.RESOLVED),
        (20, News.OPENED),
        (30 + calm_s, News.RESOLVED),
    ]


def test_an_alert_that_comes_back_late_is_resolved_at_once() -> None:
    rest_s = RESTLESS_MS // 1000
    holding = [*seconds(True, 10), *seconds(False, rest_s), *seconds(True, 10), *seconds(False, 10)]
    assert news_of(holding)[2:] == [(10 + rest_s, News.OPENED), (20 + rest_s, News.RESOLVED)]


@given(st.lists(st.booleans(), max_size=700), st.sampled_from([60_000, HOUR_MS]))
def test_whatever_comes_and_goes_it_is_told_in_turns_and_never_in_a_flood(
    holding: list[bool], repeat_ms: int
) -> None:
    told = news_of(holding, repeat_ms=repeat_ms)
    for (_, one), (_, next_one) in pairwise(told):
        assert (one is News.RESOLVED) == (next_one is News.OPENED)
    opened = [at for at, news in told if news is News.OPENED]
    for first, third in zip(opened, opened[2:], strict=False):
        assert third - first >= CALM_MS // 1000


def test_an_alert_stands_for_each_consumer_by_itself() -> None:
    crm = replace(CALM, consumer="crm")
    first = judge([rule()], FAILED, crm)
    assert [(one.news, one.key.consumer) for one in first.changes] == [(News.OPENED, "erp")]
    second = judge([rule()], CALM, replace(crm, failed=1), before=first.standings, now=5_000)
    assert [(one.news, one.key.consumer) for one in second.changes] == [
        (News.RESOLVED, "erp"),
        (News.OPENED, "crm"),
    ]


def test_every_name_of_an_alert_can_be_used() -> None:
    when = "failed == 3 && unsynced == 120 && lag_s > 75 && source_silent_s < 5 && !breaker_open"
    assert len(judge([rule(when)], FAILED).changes) == 1


def test_what_cannot_be_decided_stays_as_it_is() -> None:
    silent = rule("source_silent_s > 600")
    opened = judge([silent], replace(CALM, source_silent_s=700.0))
    unknown = judge(
        [silent], replace(CALM, source_silent_s=None), before=opened.standings, now=5_000
    )
    assert unknown.standings == opened.standings
    assert unknown.changes == () == unknown.undecided
    over = judge([silent], CALM, before=unknown.standings, now=10_000)
    assert [one.news for one in over.changes] == [News.RESOLVED]


def test_an_unknown_silence_does_not_hide_what_is_known() -> None:
    unknown = replace(FAILED, source_silent_s=None)
    changes = judge([rule("source_silent_s > 600 || failed > 0")], unknown).changes
    assert [one.news for one in changes] == [News.OPENED]


def test_a_condition_that_fails_is_reported() -> None:
    judged = judge([rule('lag_s > "60"')], FAILED)
    assert judged.changes == ()
    assert "cannot be used" in judged.undecided[0].sentence


def test_a_paused_consumers_alert_stays_open_and_silent() -> None:
    opened = judge([rule()], FAILED)
    paused = judge([rule()], before=opened.standings, resting=["erp"], now=9 * HOUR_MS)
    assert (paused.changes, paused.standings) == ((), opened.standings)
    resumed = judge([rule()], CALM, before=paused.standings, now=9 * HOUR_MS)
    assert [one.news for one in resumed.changes] == [News.RESOLVED]


@pytest.mark.parametrize("gone", ["consumer", "rule"])
def test_an_alert_whose_rule_or_consumer_is_gone_is_forgotten(gone: str) -> None:
    opened = judge([rule()], FAILED)
    if gone == "rule":
        judged = judge([rule("unsynced > 1000")], FAILED, before=opened.standings)
    else:
        judged = judge([rule()], replace(CALM, consumer="crm"), before=opened.standings)
    assert judged.standings == {}


def changes_of(rules: Iterable[Rule], *facts: Facts) -> tuple[Change, ...]:
    return judge(rules, *facts).changes


def test_a_message_names_job_consumer_and_the_facts_in_numbers() -> None:
    [(channel, message)] = messages(
        "orders", changes_of([rule("failed > 0 ||\n lag_s > 60")], FAILED)
    )
    assert channel == "ops"
    assert (message.job, message.state) == ("orders", MessageState.OPEN)
    assert message.title == "Data JellyFish: alert on orders"
    assert message.text.split("\n") == [
        "Alert: job orders, consumer erp: failed > 0 || lag_s > 60.",
        "3 failed, 120 unsynced, lag 75 s.",
    ]


def test_what_a_condition_asks_about_is_told() -> None:
    broken = replace(FAILED, breaker_open=True, source_silent_s=700.0)
    [(_, message)] = messages("orders", changes_of([rule("source_silent_s > 600")], broken))
    assert message.text.split("\n")[2:] == [
        "The circuit breaker of the target is open.",
        "The source has been silent for 700 s.",
    ]


def test_several_alerts_of_a_job_are_one_message_a_channel() -> None:
    rules = [rule("failed > 0"), rule("lag_s > 60", "ops", "boss"), rule("unsynced > 100")]
    crm = replace(FAILED, consumer="crm", failed=9)
    told = messages("orders", changes_of(rules, FAILED, crm))
    assert [channel for channel, _ in told] == ["ops", "boss"]
    assert told[0][1].text.count("consumer ") == 2
    assert "failed > 0 · lag_s > 60 · unsynced > 100." in told[0][1].text
    assert "failed > 0" not in told[1][1].text


def test_what_opened_and_what_is_over_are_two_messages() -> None:
    first = judge([rule()], FAILED, replace(CALM, consumer="crm"))
    turned = judge(
        [rule()], CALM, replace(FAILED, consumer="crm"), before=first.standings, now=5_000
    )
    told = messages("orders", turned.changes)
    assert [message.state for _, message in told] == [MessageState.RESOLVED, MessageState.OPEN]
    assert told[0][1].text.startswith("Resolved: job orders, consumer erp: failed > 0.\n0 failed")


def test_a_repeated_alert_says_that_it_is_not_new() -> None:
    first = judge([rule()], FAILED)
    again = judge([rule()], FAILED, before=first.standings, now=HOUR_MS)
    assert messages("orders", again.changes)[0][1].text.startswith("Still open: job orders")


def test_a_message_about_many_consumers_stays_short() -> None:
    many = [replace(FAILED, consumer=f"c{n}") for n in range(60)]
    [(_, message)] = messages("orders", changes_of([rule("failed > 0 || " * 50 + "false")], *many))
    assert message.text.count("consumer c") == MOST_CONSUMERS
    assert message.text.endswith("Another 55 consumers are not told of here.")
    assert len(message.text) < 2_000


def test_a_job_without_consumers_is_told_by_its_source() -> None:
    lone = replace(CALM, consumer="", source_silent_s=700.0)
    [(_, message)] = messages("orders", changes_of([rule("source_silent_s > 600")], lone))
    assert "with no consumer at work" in message.text
    assert "silent for 700 s" in message.text


def test_a_trial_message_is_told_apart() -> None:
    message = trial_message("ops", "node-1")
    assert (message.job, message.state) == ("", MessageState.TEST)
    assert "channel ops by the node node-1" in message.text
