"""Which field edits which kind of value: the one list of fields."""

from __future__ import annotations

from typing import assert_never

from app.models.job_path import Path
from app.models.job_schema import FieldSpec, Input
from app.pages.editor.code_fields import CodeField, JsonField, PickField
from app.pages.editor.context import EditorContext
from app.pages.editor.field import Field
from app.pages.editor.group_fields import ObjectField, UnionField
from app.pages.editor.name_fields import ChannelsField, SecretField
from app.pages.editor.parts_field import PartsField
from app.pages.editor.plain_fields import ChoiceField, LineField, SwitchField
from app.pages.editor.table_field import TableField


def make_field(context: EditorContext, spec: FieldSpec, path: Path, inline: bool = False) -> Field:
    """The field for a place of the document. inline: it stands in a row with others."""
    match spec.input:
        case (
            Input.TEXT
            | Input.NAME
            | Input.DURATION
            | Input.RATE
            | Input.INTEGER
            | Input.NUMBER
            | Input.VALUE
            | Input.LIST
        ):
            return LineField(context, spec, path, caption=inline)
        case Input.CHOICE:
            return ChoiceField(context, spec, path)
        case Input.SWITCH:
            return SwitchField(context, spec, path)
        case Input.TEMPLATE if len(spec.examples) > 1:
            return PickField(context, spec, path)
        case Input.TEMPLATE | Input.EXPRESSION:
            return CodeField(context, spec, path)
        case Input.JSON | Input.MAPPING:
            return JsonField(context, spec, path)
        case Input.SECRET:
            return SecretField(context, spec, path)
        case Input.CHANNELS:
            return ChannelsField(context, spec, path)
        case Input.TABLE:
            return TableField(context, spec, path)
        case Input.OBJECT:
            return ObjectField(context, spec, path, make_field)
        case Input.UNION:
            return UnionField(context, spec, path, make_field)
        case Input.PARTS:
            return PartsField(context, spec, path, make_field)
        case _:
            assert_never(spec.input)
