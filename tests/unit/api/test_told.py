"""Every sentence of the engine leaves in the asker's language."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.api import wire
from engine.language.speech import speaking

NAMES = frozenset(
    (
        *("sentence", "hint", "why", "happening", "problem", "pull_problem"),
        *("error", "last_error", "note", "notes", "warnings", "label", "help", "sample"),
    )
)
"""What fields are called that hold a sentence of the engine's."""


def shapes() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = list(wire.Shape.__subclasses__())
    for each in found:
        found += each.__subclasses__()
    return found


def _is_asked(shape: type[BaseModel]) -> bool:
    return shape.__name__.endswith(("Request", "Query", "Put"))


def is_told(field: FieldInfo) -> bool:
    return any(type(each).__name__ == "PlainSerializer" for each in field.metadata) or (
        "PlainSerializer" in repr(field.annotation)
    )


def test_every_field_that_holds_a_sentence_is_told() -> None:
    fields = {
        (shape.__name__, name): field
        for shape in shapes()
        for name, field in shape.model_fields.items()
        if name in NAMES and "str" in repr(field.annotation) and not _is_asked(shape)
    }
    assert len(fields) > 15
    assert [name for name, field in fields.items() if not is_told(field)] == []


def test_a_sentence_is_told_when_it_becomes_json_and_not_before() -> None:
    shape = wire.ErrorShape(code="x", sentence="The job is paused.", hint="Resume it first.")

    with speaking("zh-CN"):
        assert "该任务已暂停。" in shape.model_dump_json()
        assert shape.model_dump(mode="json")["hint"] == "请先恢复运行。"
        assert shape.model_dump()["sentence"] == "The job is paused."
    assert "The job is paused." in shape.model_dump_json()
