"""What was done is told in the console's language, whatever the engine writes down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.models.audit_words import _known, deed_words, detail_words

ROOT = Path(__file__).parents[2] / "engine"
_WHAT = re.compile(r'audit\(\s*(?:access, )?[\w.]+,\s*f?"([^"]+)"')
PARTS = {
    "{what} job": ("pause job", "resume job"),
    "{what} consumer": ("pause consumer", "resume consumer"),
    "{step} operation": ("pause operation", "resume operation", "cancel operation"),
    "set {use}": ("set secret", "set channel"),
    "delete {use}": ("delete secret", "delete channel"),
}
"""What the engine puts together, and what can come of it."""


def written_down() -> set[str]:
    """Every deed that the engine's source writes into the audit."""
    found: set[str] = set()
    for place in ROOT.rglob("*.py"):
        for what in _WHAT.findall(place.read_text(encoding="utf-8")):
            found.update(PARTS.get(what, (what,)))
    return found


def test_every_deed_the_engine_writes_down_has_words() -> None:
    found = written_down()
    assert {"save job", "cancel operation", "delete secret", "run now"} <= found
    assert found <= set(_known())


@pytest.mark.parametrize("what", ["explode \u202e job", ""])
def test_an_unknown_deed_is_shown_as_it_is_and_safely(what: str) -> None:
    assert "\u202e" not in deed_words(what)
    assert deed_words(what).startswith(what[:7])


def test_a_saved_jobs_revision_is_told_and_a_reason_stays_as_it_is() -> None:
    assert detail_words("save job", "revision 12") == "version 12"
    assert detail_words("pause job", "revision 12") == "revision 12"
    assert detail_words("save job", "by \u202e hand").startswith("by ")
    assert "\u202e" not in detail_words("save job", "by \u202e hand")
