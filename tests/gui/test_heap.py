"""The garbage collector's rounds stay short beside a window and its libraries."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator

import pytest

from app import heap


class Ring:
    """Refers to itself, so that only the collector finds it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_stands_is_left_out_and_what_comes_after_is_still_found() -> None:
    kept = [[n] for n in range(300_000)]
    before = time.thread_time()
    gc.collect()
    whole = time.thread_time() - before
    heap.settle()
    late = weakref.ref(Ring())
    before = time.thread_time()
    gc.collect()
    assert time.thread_time() - before < whole / 4
    assert late() is None
    assert len(kept) == 300_000


def test_what_an_earlier_window_left_behind_is_found_when_another_stands() -> None:
    old = Ring()
    gone = weakref.ref(old)
    heap.settle()  # the window it belongs to
    del old
    gc.collect()
    assert gone() is not None
    heap.settle(anew=True)
    assert gone() is None
