"""Finds how an answer says that all is well: a code, a flag, or nothing but its status. Pure.

Used for a source's answers (``response.ok``) and for a target's (``success``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.core.bare_path import Step
from engine.operations.propose.names import (
    CODE,
    ERROR,
    GOOD_CODE,
    GOOD_FLAG,
    GOOD_WORD,
    MESSAGE,
    plain,
    table,
)
from engine.operations.propose.paths import literal, written
from engine.operations.propose.proposal import Change, Choice, Place, Proposal, Sure

_INSIDE = table("result response meta status error head header base baseresponse errorinfo info")
"""Objects in which such a code stands one level deeper."""
_MESSAGE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Rule:
    """A success rule read off an answer. good: whether this answer itself is a success by it."""

    text: str
    good: bool
    score: float
    reason: str


def rules(value: Any, status: int) -> list[Rule]:
    """Every rule the answer suggests, the likeliest first."""
    if not isinstance(value, dict):
        return []
    found = [rule for steps, inner in _candidates(value) if (rule := _rule(steps, inner, status))]
    return sorted(found, key=lambda rule: -rule.score)


def propose_success(value: Any, status: int, place: Place, part: str) -> Proposal | None:
    """The success rule for ``place``; None when the status alone tells."""
    found = rules(value, status)
    if not found:
        return None
    best = found[0]
    said = message_of(value)
    reason = best.reason
    if not best.good:
        reason += " This answer is a refusal by it"
        reason += f': "{said}".' if said else "."
    choices = [Choice(rule.text, (Change(place, rule.text),), rule.reason) for rule in found[1:4]]
    choices.append(Choice("2xx", (Change(place, None),), "The status alone tells: any 2xx."))
    return Proposal(
        part=part,
        shown=best.text,
        changes=(Change(place, best.text),),
        reason=reason,
        sure=Sure.GUESS if not best.good else Sure.SURE if best.score >= 30 else Sure.LIKELY,
        choices=tuple(choices),
    )


def message_of(value: Any) -> str:
    """What an answer says in words, cut to one line; "" if it says nothing."""
    if not isinstance(value, dict):
        return ""
    for name, inner in value.items():
        if plain(name) in MESSAGE and isinstance(inner, str) and inner.strip():
            line = " ".join(inner.split())
            return line if len(line) <= _MESSAGE_LENGTH else line[: _MESSAGE_LENGTH - 1] + "…"
    inner = next((value[name] for name in value if plain(name) in ERROR | _INSIDE), None)
    return message_of(inner) if isinstance(inner, dict) else ""


def _candidates(value: dict[str, Any]) -> Iterator[tuple[tuple[Step, ...], Any]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            wrapper = len(value) == 1 or plain(name) in _INSIDE or plain(name).endswith("response")
            if wrapper:
                for deep_name, deep in inner.items():
                    if not isinstance(deep, dict | list):
                        yield (name, deep_name), deep
        elif not isinstance(inner, list):
            yield (name,), inner


def _rule(steps: tuple[Step, ...], value: Any, status: int) -> Rule | None:
    name, shown = plain(str(steps[-1])), written("body", steps)
    depth = 4.0 * (len(steps) - 1)
    if name in GOOD_FLAG and isinstance(value, bool):
        return _told(
            f"{shown} == true", value, 36 - depth, status, f"{shown} says so in each answer."
        )
    if name in GOOD_FLAG and isinstance(value, str) and value.lower() in ("true", "false"):
        good = value.lower() == "true"
        text = f"{shown} == {literal(value if good else 'true')}"
        return _told(text, good, 34 - depth, status, f"{shown} says so in each answer, as a text.")
    if name in CODE or name in GOOD_FLAG:
        return _code_rule(name, shown, value, depth, status)
    if name in ERROR and not isinstance(value, dict):
        good = value in (None, "", False, 0)
        text = f"!has({shown}) || {shown} == {literal(value)}" if good else f"!has({shown})"
        if "[" in shown:
            return None
        return _told(text, good, 12 - depth, status, f"{shown} is there when something went wrong.")
    return None


def _code_rule(name: str, shown: str, value: Any, depth: float, status: int) -> Rule | None:
    points = 32.0 if name in ("code", "errcode", "errno", "errorcode", "retcode", "ret") else 22.0
    if isinstance(value, bool) or value is None:
        return None
    text = str(value)
    kind = "as a text" if isinstance(value, str) else "as a number"
    if text in GOOD_CODE or text.lower() in GOOD_WORD:
        if text == "1" and name not in ("code", "ret", "status", "success", "result", "state"):
            return _told(f"{shown} == 0", False, points - depth - 14, status, _zero(shown))
        reason = f"{shown} is {literal(value)}, {kind}, which stands for success."
        return _told(f"{shown} == {literal(value)}", True, points - depth, status, reason)
    if isinstance(value, int):
        return _told(f"{shown} == 0", False, points - depth - 10, status, _zero(shown))
    if text.lstrip("-").isdigit() and name != "status":
        return _told(f'{shown} == "0"', False, points - depth - 10, status, _zero(shown))
    return None


def _zero(shown: str) -> str:
    return f"{shown} is a code; 0 commonly stands for success."


def _told(text: str, good: bool, score: float, status: int, reason: str) -> Rule:
    if " || " in text:
        text = f"({text})"
    if 200 <= status < 300:
        seen = "status == 200" if status == 200 else f"status in [200, {status}]"
        text = f"{seen} && {text}"
    return Rule(text, good and 200 <= status < 300, score if good else score - 2, reason)
