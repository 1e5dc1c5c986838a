"""Colour, shape and word of every state, outcome and health. One table each."""

from __future__ import annotations

from dataclasses import dataclass

from app.words import translate


@dataclass(frozen=True, slots=True)
class Look:
    """word: for people. icon: the shape. ink: the token that holds its colours."""

    word: str
    icon: str
    ink: str


STATES = ("dead", "retrying", "sending", "pending", "delivered", "skipped")
"""Every state, the one that most needs a person first."""


def state_look(state: str) -> Look:
    """How a delivery's state is shown."""
    match state:
        case "delivered":
            return Look(translate("State", "delivered"), "state-delivered", "delivered")
        case "pending":
            return Look(translate("State", "pending"), "state-pending", "pending")
        case "sending":
            return Look(translate("State", "sending"), "state-sending", "pending")
        case "retrying":
            return Look(translate("State", "retrying"), "state-retrying", "retrying")
        case "dead":
            return Look(translate("State", "dead"), "state-dead", "dead")
        case "skipped":
            return Look(translate("State", "skipped"), "state-skipped", "skipped")
        case _:  # a newer node
            return Look(state, "state-unknown", "unknown")


def outcome_look(outcome: str) -> Look:
    """How an attempt's outcome is shown."""
    match outcome:
        case "accepted":
            return Look(translate("Outcome", "accepted"), "state-delivered", "delivered")
        case "retry":
            return Look(translate("Outcome", "retry"), "state-retrying", "retrying")
        case "rejected":
            return Look(translate("Outcome", "rejected"), "state-dead", "dead")
        case "not_sent":
            return Look(translate("Outcome", "not sent"), "state-not-sent", "skipped")
        case "unknown":
            return Look(translate("Outcome", "unknown"), "state-unknown", "unknown")
        case _:
            return Look(outcome, "state-unknown", "unknown")


def health_look(health: str) -> Look:
    """How the light of a consumer is shown; the icon names a shape of ``widgets.lamp``."""
    match health:
        case "good":
            return Look(translate("Health", "in order"), "disc", "delivered")
        case "warn":
            return Look(translate("Health", "needs a look"), "triangle", "retrying")
        case "bad":
            return Look(translate("Health", "in trouble"), "diamond", "dead")
        case _:
            return Look(translate("Health", "paused"), "ring", "skipped")
