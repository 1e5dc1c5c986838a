from __future__ import annotations

import time

import pytest

from engine.http.client import HttpClient
from engine.http.guard import TargetGuard
from engine.http.message import HttpAnswer, HttpFailure, HttpRequest
from tests.unit.consumers.making import claimed, consumer_of

ANSWER = HttpAnswer(
    200,
    (("content-type", "application/json"), ("content-length", "13"), ("date", "today")),
    b'{"code": "0"}',
    13,
)


class NoNetwork(HttpClient):
    """Answers at once, so that only the consumer's own time is left."""

    async def send(
        self, request: HttpRequest, *, timeout_s: float, max_bytes: int
    ) -> HttpAnswer | HttpFailure:
        return ANSWER


@pytest.mark.bench
async def test_a_push_without_mapping_costs_little_beside_the_sending(full_length: bool) -> None:
    """About 9 µs where it was written; the floor leaves room for a busy machine."""
    http = NoNetwork(user_agent="jellyfish-test", forbidden=TargetGuard())
    consumer = consumer_of(http, "https://erp.example/in")
    deliveries = [claimed(b'{"id": 17, "note": "' + b"x" * 900 + b'"}')]
    best_s = float("inf")
    for _ in range(20 if full_length else 5):
        began_s = time.perf_counter()
        for _ in range(1000):
            await consumer.push(deliveries)
        best_s = min(best_s, (time.perf_counter() - began_s) / 1000)
    await http.close()
    print(f"\none push without mapping: {best_s * 1e6:.1f} µs of Python")
    assert best_s < 50e-6
