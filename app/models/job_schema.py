"""The fields of a job document as forms need them, read from its JSON Schema. Pure.

The schema is the node's (GET /schema/job), made from the kinds' own fields: a field that a kind
gains is drawn, checked and explained here without a change. Not for how fields are arranged
(``pages.editor.parts``), nor for checking (the node does that).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from app.models.job_path import Path


class Input(Enum):
    """How a field is edited."""

    TEXT = auto()
    NAME = auto()
    TEMPLATE = auto()
    EXPRESSION = auto()
    DURATION = auto()
    RATE = auto()
    INTEGER = auto()
    NUMBER = auto()
    VALUE = auto()
    """A text or a number, whichever it reads as."""
    SWITCH = auto()
    CHOICE = auto()
    SECRET = auto()
    CHANNELS = auto()
    TABLE = auto()
    """Names and values."""
    LIST = auto()
    """Texts in a row."""
    JSON = auto()
    MAPPING = auto()
    OBJECT = auto()
    UNION = auto()
    PARTS = auto()
    """A list of objects."""


_BY_HINT = {
    "name": Input.NAME,
    "template": Input.TEMPLATE,
    "expression": Input.EXPRESSION,
    "duration": Input.DURATION,
    "rate": Input.RATE,
    "secret": Input.SECRET,
    "channels": Input.CHANNELS,
    "mapping": Input.MAPPING,
}
NOTHING = object()
"""A default that is not there."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One shape a union may have. tag: the value of the union's tag field."""

    tag: str
    title: str
    help: str
    fields: tuple[FieldSpec, ...]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. name: in its object. names: what its expression may use. more: seldom needed.

    fields: of an OBJECT. tag, variants: of a UNION; tag "" where the fields alone tell which.
    shape: what an OBJECT calls itself. item: of LIST and PARTS. optional: it may be left out;
    nullable: an object that may be missing.
    values: of a TABLE, what edits its values.
    """

    name: str
    title: str
    input: Input
    help: str = ""
    examples: tuple[Any, ...] = ()
    optional: bool = True
    nullable: bool = False
    shape: str = ""
    default: Any = NOTHING
    names: tuple[str, ...] = ()
    choices: tuple[tuple[Any, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    more: bool = False
    fields: tuple[FieldSpec, ...] = ()
    tag: str = ""
    variants: tuple[Variant, ...] = ()
    item: FieldSpec | None = None
    values: Input = Input.TEXT

    def field(self, name: str) -> FieldSpec | None:
        """The field of that name of an OBJECT, or of any of a UNION's variants."""
        every = (*self.fields, *(each for one in self.variants for each in one.fields))
        return next((each for each in every if each.name == name), None)

    def variant_of(self, value: Any) -> Variant:
        """Which shape this value has; the first where it is left out or not known."""
        if isinstance(value, Mapping):
            for one in self.variants:
                if self.tag and value.get(self.tag) == one.tag:
                    return one
                if not self.tag and any(each.name in value for each in one.fields):
                    return one
        return self.variants[0]


def read_schema(schema: Mapping[str, Any]) -> FieldSpec:
    """The whole document as an OBJECT."""
    return _Reader(schema.get("$defs", {})).object("", schema)


def spec_at(root: FieldSpec, path: Path) -> FieldSpec | None:
    """What is known of the field at a place of the document; None where the schema ends."""
    here: FieldSpec | None = root
    for step in path:
        if here is None:
            return None
        here = here.item if isinstance(step, int) else here.field(step)
    return here


def titles_of(root: FieldSpec, path: Path, document: Any) -> list[str]:
    """The titles on the way to a place, for people; parts with names are called by them."""
    titles: list[str] = []
    here: FieldSpec | None = root
    value = document
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            named = value.get("name") if isinstance(value, Mapping) else None
            titles.append(str(named) if named else f"{step + 1}")
            here = here.item if here is not None else None
            continue
        value = value.get(step) if isinstance(value, Mapping) else None
        here = here.field(step) if here is not None else None
        titles.append(here.title if here is not None and here.title else str(step))
    return titles


class _Reader:
    """Follows references; what it does not know is a JSON value."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self._parts = parts

    def object(self, name: str, schema: Mapping[str, Any], **known: Any) -> FieldSpec:
        required = set(schema.get("required", ()))
        fields = tuple(
            self.field(each, part, optional=each not in required)
            for each, part in schema.get("properties", {}).items()
        )
        known = {"title": str(schema.get("title", "")), **known}
        return FieldSpec(name=name, input=Input.OBJECT, fields=fields, **known)

    def field(self, name: str, schema: Mapping[str, Any], *, optional: bool) -> FieldSpec:
        """A field by its schema."""
        outer = dict(schema)
        inner, nullable = self._one_of_many(schema)
        whole = {**inner, **outer}
        known: dict[str, Any] = {
            "title": str(outer.get("title") or inner.get("title") or name),
            "help": _first_paragraph(str(outer.get("description") or inner.get("description", ""))),
            "examples": tuple(whole.get("examples", ())),
            "optional": optional,
            "nullable": nullable,
            "shape": str(inner.get("title", "")) if "properties" in inner else "",
            "default": whole.get("default", NOTHING),
            "names": tuple(whole.get("x-names", ())),
            "minimum": whole.get("minimum"),
            "maximum": whole.get("maximum"),
            "more": bool(whole.get("x-more", False)),
        }
        if "const" in whole:
            known["choices"] = ((whole["const"], str(whole["const"])),)
            return FieldSpec(name=name, input=Input.CHOICE, **known)
        if "oneOf" in whole:
            return self._union(name, whole, known)
        return self._plain(name, whole, known)

    def _plain(self, name: str, schema: Mapping[str, Any], known: dict[str, Any]) -> FieldSpec:
        if (hint := _BY_HINT.get(schema.get("x-input", ""))) is not None:
            if hint is Input.TEMPLATE and "type" not in schema:
                hint = Input.JSON
            if hint is Input.DURATION and schema.get("x-or-number"):
                hint = Input.VALUE
            return FieldSpec(name=name, input=hint, **known)
        if "enum" in schema:
            words = schema.get("x-choices", {})
            known["choices"] = tuple((each, words.get(each, str(each))) for each in schema["enum"])
            return FieldSpec(name=name, input=Input.CHOICE, **known)
        match schema.get("type"):
            case "object" if "properties" in schema:
                if set(schema["properties"]) == {"secret"}:
                    return FieldSpec(name=name, input=Input.SECRET, **known)
                return self.object(name, schema, **known)
            case "object":
                values = schema.get("additionalProperties")
                shape = dict(values) if isinstance(values, Mapping) else {}
                known["names"] = tuple(shape.get("x-names", known["names"]))
                known["values"] = _BY_HINT.get(shape.get("x-input", ""), Input.VALUE)
                return FieldSpec(name=name, input=Input.TABLE, **known)
            case "array":
                item = self.field("", schema.get("items", {}), optional=False)
                kind = Input.PARTS if item.input in (Input.OBJECT, Input.UNION) else Input.LIST
                return FieldSpec(name=name, input=kind, item=item, **known)
            case "string":
                return FieldSpec(name=name, input=Input.TEXT, **known)
            case "integer":
                return FieldSpec(name=name, input=Input.INTEGER, **known)
            case "number":
                return FieldSpec(name=name, input=Input.NUMBER, **known)
            case "boolean":
                return FieldSpec(name=name, input=Input.SWITCH, **known)
            case _ if "anyOf" in schema:
                return FieldSpec(name=name, input=Input.VALUE, **known)
            case _:
                return FieldSpec(name=name, input=Input.JSON, **known)

    def _union(self, name: str, schema: Mapping[str, Any], known: dict[str, Any]) -> FieldSpec:
        tag = str(schema.get("discriminator", {}).get("propertyName", ""))
        variants = []
        for each in schema["oneOf"]:
            part = self._followed(each)
            one = self.object("", part)
            const = next((field.choices[0][0] for field in one.fields if field.name == tag), "")
            fields = tuple(field for field in one.fields if field.name != tag)
            summary = _first_paragraph(str(part.get("description", "")))
            variants.append(Variant(str(const), one.title, summary, fields))
        return FieldSpec(name=name, input=Input.UNION, tag=tag, variants=tuple(variants), **known)

    def _one_of_many(self, schema: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """The schema behind a reference or an optional field, and whether it may be null."""
        if "$ref" in schema:
            return self._followed(schema), False
        several = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        nullable = len(several) < len(schema.get("anyOf", ()))
        if len(several) == 1:
            return self._followed(several[0]), nullable
        if several and any(each.get("x-input") == "duration" for each in several):
            return {"x-input": "duration", "x-or-number": True}, nullable
        return {}, nullable

    def _followed(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        if (place := schema.get("$ref")) is None:
            return dict(schema)
        rest = {name: value for name, value in schema.items() if name != "$ref"}
        return {**self._parts[place.rsplit("/", 1)[-1]], **rest}


def _first_paragraph(text: str) -> str:
    return " ".join(text.split("\n\n", 1)[0].split())
