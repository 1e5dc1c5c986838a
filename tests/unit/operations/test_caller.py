from __future__ import annotations

import pytest

from engine.operations.caller import Caller


@pytest.mark.parametrize(
    "caller",
    [
        Caller("li", "10.0.0.5"),
        Caller("", "::1"),
        Caller("li from accounting", "10.0.0.5"),
        Caller("local", ""),
    ],
)
def test_name_and_address_come_back_from_the_kept_text(caller: Caller) -> None:
    assert Caller.of_text(caller.text) == caller


def test_a_text_without_an_address_is_a_name() -> None:
    assert Caller.of_text("retention") == Caller("retention", "")
    assert Caller.of_text("a letter from far away") == Caller("a letter from far away", "")
