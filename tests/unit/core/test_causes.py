"""Errors that differ only in what belongs to one record have one cause."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.attempt import Outcome
from engine.core.causes import LONGEST, Cause, cause_id, cause_of, normalised

WORDS = st.text(st.characters(categories=("Lu", "Ll", "Lo")), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("All 10 attempts are spent.", "All # attempts are spent."),
        ("The order A-2024-17 is unknown", "The order {id} is unknown"),
        ('The order "blue socks" is unknown', 'The order "…" is unknown'),
        ("customer 'Jane Doe' doesn't exist", "customer '…' doesn't exist"),
        ("订单“红色”不存在", "订单“…”不存在"),
        ("see https://erp.example/orders/17?x=1 for more", "see {url} for more"),
        ("mail to jane.doe@shop.example failed", "mail to {address} failed"),
        ("10.0.0.17:8443 refused the connection.", "{address} refused the connection."),
        ("no route to [fe80::1]:80", "no route to {address}"),
        ("no route to fe80:0:0:1::17", "no route to {address}"),
        ("locked since 2026-01-31T08:00:00.123Z", "locked since {time}"),
        ("id 550e8400-e29b-41d4-a716-446655440000 is taken", "id {id} is taken"),
        ("amount -12 is   too\nsmall", "amount # is too small"),
        ('it ends in the "middle of', 'it ends in the "…"'),
        ("", ""),
    ],
)
def test_what_belongs_to_one_record_becomes_a_placeholder(text: str, sentence: str) -> None:
    assert normalised(text) == sentence


def test_the_status_stays_where_it_is_told() -> None:
    one = cause_of(Outcome.REJECTED, 422, "The target answered 422 to order 422.")

    assert one == Cause(Outcome.REJECTED, 422, "The target answered 422 to order #.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"code": 17, "msg": "order 17 is closed"}', "order # is closed"),
        (b'{"ok": false, "errors": [{"Message": "no such customer"}]}', "no such customer"),
        (b"<html><head><title>502 Bad Gateway</title></head></html>", "# Bad Gateway"),
        (b"stock is empty\nmore of it", "stock is empty"),
        (b'{"cut": "in the mid', ""),
        (b"", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_what_the_answer_says_is_part_of_the_cause(body: bytes, said: str) -> None:
    sentence = cause_of(Outcome.REJECTED, 400, "It was refused.", body).sentence

    assert sentence == f"It was refused. {said}".strip()


@given(st.text())
def test_a_sentence_is_not_changed_by_being_normalised_again(text: str) -> None:
    once = normalised(text)

    assert normalised(once) == once


@given(st.text())
def test_no_digit_is_left_and_the_length_is_bounded(text: str) -> None:
    sentence = normalised(text)

    assert not any(one.isdecimal() for one in sentence)
    assert len(sentence) <= LONGEST
    assert "\n" not in sentence


@given(
    WORDS, WORDS, st.integers(0, 10**20), st.integers(0, 10**20), st.sampled_from(['"{}"', "id {}"])
)
def test_another_number_at_the_same_place_is_the_same_cause(
    before: str, after: str, one: int, other: int, form: str
) -> None:
    text = f"{before} {form} {after}"

    assert normalised(text.format(one)) == normalised(text.format(other))


def test_outcome_status_sentence_and_consumer_make_the_id() -> None:
    base = Cause(Outcome.REJECTED, 400, "no")
    others = [
        cause_id(1, Cause(Outcome.UNKNOWN, 400, "no")),
        cause_id(1, Cause(Outcome.REJECTED, 404, "no")),
        cause_id(1, Cause(Outcome.REJECTED, 400, "yes")),
        cause_id(2, base),
    ]

    assert cause_id(1, base) == cause_id(1, base)
    assert 0 < cause_id(1, base) < 1 << 63
    assert len({cause_id(1, base), *others}) == 5


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "1:" * 50_000, "x.y@" * 30_000, "'" * 100_000, "-" * 100_000]
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    normalised(text)

    assert time.process_time() - began < 0.1
