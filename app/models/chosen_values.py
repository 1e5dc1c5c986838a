"""What clicking a value of an answer changes in the document. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from app.models.json_text import Number
from app.models.paths_in_answers import (
    CURSOR,
    KEY,
    NEXT,
    RECORDS,
    SUCCESS,
    Steps,
    in_record,
    written,
)
from engine.api.wire import PlacedValue

_LAG = {"time": "10s"}
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")


def changes_of(
    use: str, steps: Steps, value: object, document: Mapping[str, Any], records: Steps | None
) -> tuple[PlacedValue, ...]:
    """What makes the value at this path of ``body`` the records, key, cursor … of the document."""
    inside = in_record(steps, records)
    match use:
        case _ if use == RECORDS:
            text = written("body", steps) if steps else None
            return (_set(("producer", "response", "records"), text),)
        case _ if use == KEY and inside is not None:
            return (_set(("ledger", "key"), written("record", inside)),)
        case _ if use == CURSOR and inside is not None:
            return _cursor(written("record", inside), value, document)
        case _ if use == SUCCESS:
            text = f"status == 200 && {written('body', steps)} == {_literal(value)}"
            return (_set(("producer", "response", "ok"), text),)
        case _ if use == NEXT:
            kind = "link" if isinstance(value, str) and _is_link(value) else "token"
            paging = {"kind": kind, "next": written("body", steps)}
            return (_set(("producer", "paging"), paging),)
        case _:
            return ()


def _cursor(text: str, value: object, document: Mapping[str, Any]) -> tuple[PlacedValue, ...]:
    kind = "time"
    if isinstance(value, Number) and _EPOCH.fullmatch(value) is None:
        kind = "number"
    producer = document.get("producer")
    before = producer.get("cursor") if isinstance(producer, Mapping) else None
    cursor: dict[str, Any] = {"value": text, "type": kind}
    if isinstance(before, Mapping) and before.get("type", "time") == kind:
        cursor = {**before, **cursor}
    elif kind in _LAG:
        cursor["lag"] = _LAG[kind]
    return (
        _set(("producer", "mode"), "incremental"),
        _set(("producer", "cursor"), cursor),
    )


def _is_link(value: str) -> bool:
    return value.startswith(("http://", "https://", "/", "?"))


def _literal(value: object) -> str:
    if isinstance(value, Number):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _set(place: tuple[str | int, ...], value: Any) -> PlacedValue:
    return PlacedValue(place=place, value=value)
