"""Turns proposals and previews into the API's shapes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.api import wire
from engine.api.errors import problem_shape
from engine.operations.pasted import Pasted
from engine.operations.preview import Previewed
from engine.operations.propose import Change, Proposal
from engine.operations.propose.paths import MISSING, at


def pasted(found: Pasted, document: dict[str, Any]) -> wire.ProposeShape:
    """What was pasted; document: as it was before."""
    return wire.ProposeShape(
        what=found.what,
        proposals=proposals(found.proposals, document),
        secrets=tuple(
            wire.FoundSecretShape(
                name=secret.name,
                place=secret.place,
                kept=secret.name in found.kept,
                empty=not secret.value,
            )
            for secret in found.secrets
        ),
        notes=found.notes,
        document=found.document,
        problems=tuple(problem_shape(problem) for problem in found.problems),
        value=found.value,
    )


def proposals(made: Iterable[Proposal], document: dict[str, Any]) -> tuple[wire.ProposalShape, ...]:
    """Proposals for this document."""
    return tuple(
        wire.ProposalShape(
            part=one.part,
            shown=one.shown,
            changes=_changes(one.changes),
            reason=one.reason,
            sure=one.sure.value,
            held=_is_held(one.changes, document),
            choices=tuple(
                wire.ChoiceShape(
                    shown=choice.shown, changes=_changes(choice.changes), reason=choice.reason
                )
                for choice in one.choices
            ),
        )
        for one in made
    )


def evaluated(item: wire.EvaluateItem, found: Previewed) -> wire.EvaluatedShape:
    """What one expression gave."""
    return wire.EvaluatedShape(
        id=item.id,
        ok=found.ok,
        kind=found.kind,
        value=found.value,
        sentence=found.sentence,
        hint=found.hint,
        line=found.line,
        column=found.column,
    )


def _changes(changes: Iterable[Change]) -> tuple[wire.PlacedValue, ...]:
    return tuple(wire.PlacedValue(place=one.place, value=one.value) for one in changes)


def _is_held(changes: Iterable[Change], document: dict[str, Any]) -> bool:
    for change in changes:
        there = at(document, change.place)
        if there is MISSING and change.value is None:
            continue
        if there is MISSING or there != change.value:
            return False
    return True
