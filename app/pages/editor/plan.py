"""How the fields of a job are arranged in the editor: parts, sections, rows.

Only where things stand is told here. A field that is not named here, of a new kind or version,
stands at the end of the section that takes the rest of its object.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.models.job_path import Path, parse_path
from app.models.job_schema import FieldSpec, Input, spec_at
from app.words import translate

SOURCE, SHARDS, ALERTS = "source", "shards", "alerts"
ANSWER = "answer"
"""The section whose fields read the source's answer."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """Fields side by side. title: before them; "" is the first field's own."""

    paths: tuple[Path, ...]
    title: str = ""
    more: bool = False


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A heading and its rows. rest: objects whose other fields stand here too."""

    key: str
    title: str
    rows: tuple[RowPlan, ...]
    rest: tuple[Path, ...] = ()


def row(*paths: str, title: str = "") -> RowPlan:
    """A row of these places."""
    return RowPlan(tuple(parse_path(path) for path in paths), title)


def source_plan() -> tuple[SectionPlan, ...]:
    """Where records come from, and how they are read."""
    return (
        SectionPlan("job", translate("Editor", "The job"), (row("job"), row("description"))),
        SectionPlan(
            "request",
            translate("Editor", "Where records come from"),
            (
                row(
                    "producer.request.method",
                    "producer.request.url",
                    title=translate("Editor", "Request"),
                ),
                row("producer.request.query"),
                row("producer.request.headers"),
                row("producer.request.auth"),
                row("producer.schedule", title=translate("Editor", "When")),
                row("producer.mode"),
            ),
            (("producer",), ("producer", "request")),
        ),
        SectionPlan(
            ANSWER,
            translate("Editor", "How to read the answer"),
            (
                row("producer.response.records"),
                row("ledger.key"),
                row(
                    "producer.cursor.value",
                    "producer.cursor.type",
                    "producer.cursor.lag",
                    title=translate("Editor", "Cursor"),
                ),
                row("producer.paging"),
                row("producer.response.ok"),
                row("producer.response.format"),
            ),
            (("producer", "response"), ("producer", "cursor")),
        ),
        SectionPlan(
            "version",
            translate("Editor", "What is a new version"),
            (row("ledger.changed_by", title=translate("Editor", "Compare")),),
            (("ledger",),),
        ),
    )


def shards_plan() -> tuple[SectionPlan, ...]:
    """Slices of the work, and how long things are kept."""
    return (
        SectionPlan(
            "shards",
            translate("Editor", "Shards"),
            (row("producer.shards"), row("ledger.push_shards")),
        ),
        SectionPlan(
            "retention",
            translate("Editor", "What is kept"),
            (row("retention.bodies"), row("retention.attempts")),
            (("retention",),),
        ),
    )


def alerts_plan() -> tuple[SectionPlan, ...]:
    """Who is told, and when."""
    title = translate("Editor", "Who is told, and when")
    return (SectionPlan("alerts", title, (row("alerts"),)),)


def consumer_plan(place: int) -> tuple[SectionPlan, ...]:
    """One consumer."""
    own = f"consumers[{place}]"
    return (
        SectionPlan(
            "who",
            translate("Editor", "Who gets which records"),
            (row(f"{own}.name"), row(f"{own}.filter")),
        ),
        SectionPlan(
            "push",
            translate("Editor", "What is sent"),
            (
                row(
                    f"{own}.request.method",
                    f"{own}.request.url",
                    title=translate("Editor", "Request"),
                ),
                row(f"{own}.request.body"),
                row(f"{own}.request.auth"),
                row(f"{own}.request.headers"),
                row(f"{own}.request.query"),
                row(f"{own}.request.signature"),
            ),
            (("consumers", place, "request"),),
        ),
        SectionPlan(
            "success",
            translate("Editor", "What the answer means"),
            (row(f"{own}.success"), row(f"{own}.on_unknown"), row(f"{own}.items")),
        ),
        SectionPlan(
            "pace",
            translate("Editor", "How it is sent"),
            (
                row(f"{own}.retry"),
                row(f"{own}.order"),
                row(f"{own}.rate"),
                row(f"{own}.concurrency"),
                row(f"{own}.batch"),
                row(f"{own}.start"),
            ),
            (("consumers", place),),
        ),
    )


def whole(plan: tuple[SectionPlan, ...], root: FieldSpec) -> tuple[SectionPlan, ...]:
    """The plan with every field the schema has: rows of unknown fields go, the rest is added."""
    named = {path for one in _every_plan(plan) for each in one.rows for path in each.paths}
    filled = []
    for section in plan:
        rows = [each for each in section.rows if any(spec_at(root, path) for path in each.paths)]
        rows += [
            RowPlan((path,)) for holder in section.rest for path in _others(holder, root, named)
        ]
        filled.append(
            SectionPlan(section.key, section.title, tuple(_marked(rows, root)), section.rest)
        )
    return tuple(filled)


def _every_plan(plan: tuple[SectionPlan, ...]) -> tuple[SectionPlan, ...]:
    return (*plan, *source_plan(), *shards_plan(), *alerts_plan())


def _others(holder: Path, root: FieldSpec, named: set[Path]) -> Iterator[Path]:
    """Fields of an object that no row names and that hold no field a row names."""
    spec = spec_at(root, holder)
    if spec is None:
        return
    several = (*spec.fields, *(each for one in spec.variants for each in one.fields))
    for field in several:
        path = (*holder, field.name)
        inside = any(each[: len(path)] == path for each in named)
        kind = field.input is Input.CHOICE and len(field.choices) == 1
        if not inside and not kind:
            yield path


def _marked(rows: list[RowPlan], root: FieldSpec) -> Iterator[RowPlan]:
    """Rows with what the schema says of them: seldom needed ones stand behind "More"."""
    for each in rows:
        specs = [spec for path in each.paths if (spec := spec_at(root, path)) is not None]
        yield RowPlan(each.paths, each.title, more=all(spec.more for spec in specs))
