"""XML as values that expressions can read: ``<orders><order id="1"/></orders>`` is
``{"orders": {"order": {"@id": "1"}}}``.

  - An element without children and attributes is its text, exactly; ``xsi:nil="true"`` is null.
  - Else it is an object: attributes as ``@name``, children by name, text beside them as ``#text``.
  - Children of one name that stand more than once are a list.
  - Namespaces are left out of names. Entities, DTDs and everything else that can bomb are refused.
"""

from __future__ import annotations

import re
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from engine.core.bare_path import Step, kind_of, written
from engine.http.message import HttpAnswer
from engine.producers.http_pull.charset import charset_of, decoded, known_charset

MAX_DEPTH = 200

_DECLARATION = re.compile(
    rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["'][^>]*\?>"""
)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class NotXml(ValueError):
    """Not XML, or no records in it; the message is the end of a sentence."""


def xml_value(answer: HttpAnswer) -> dict[str, Any]:
    """The whole document as one object with one field, its root. Raises NotXml or NotText."""
    charset = charset_of(answer)
    if not charset and (declared := _DECLARATION.match(answer.body)):
        charset = known_charset(declared[1].decode("ascii"))
    source: str | bytes = answer.body
    if charset and not charset.startswith("utf-16"):
        source = _DECLARED.sub("", decoded(answer.body, charset), count=1)
    try:
        root = fromstring(source)
    except DefusedXmlException:
        raise NotXml("it holds entities or a DTD, which are not read") from None
    except (ParseError, ValueError) as error:
        raise NotXml(f"{error}") from None
    return {_local(root.tag): _value(root, MAX_DEPTH)}


def xml_records(document: dict[str, Any], steps: tuple[Step, ...] | None) -> list[Any]:
    """The elements a path leads to, one alone too; without a path the root's children.

    None at the end of a path that leads there is an empty list. Raises NotXml.
    """
    if steps is None:
        return _children(document)
    value: Any = document
    for number, step in enumerate(steps):
        so_far = written("body", steps[:number])
        in_object = isinstance(value, dict) and step in value
        if in_object or (isinstance(value, list) and isinstance(step, int) and step < len(value)):
            value = value[step]
        elif number and number == len(steps) - 1 and (isinstance(value, dict) or not value):
            return []
        else:
            raise NotXml(f"there is no {step} in {so_far}")
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def _children(document: dict[str, Any]) -> list[Any]:
    [(root, value)] = document.items()
    if not isinstance(value, dict):
        if not value or not value.strip():
            return []
        raise NotXml(f"the root element {root} is {kind_of(value)}")
    names = [name for name in value if name[0] not in "@#"]
    if len(names) > 1:
        raise NotXml(
            f"the root element {root} holds {', '.join(names[:5])}; say in response.records which "
            "of them are the records"
        )
    return xml_records(document, (root, names[0])) if names else []


def _value(element: Any, room: int) -> Any:
    if not room:
        raise NotXml(f"it is nested more than {MAX_DEPTH} levels deep")
    attributes = element.attrib
    if attributes.get(_NIL) in ("true", "1"):
        return None
    if not len(element) and not attributes:
        return element.text or ""
    fields: dict[str, Any] = {f"@{_local(name)}": text for name, text in attributes.items()}
    for child in element:
        name, value = _local(child.tag), _value(child, room - 1)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], _Several):
            fields[name].append(value)
        else:
            fields[name] = _Several((fields[name], value))
    for name, value in fields.items():
        if isinstance(value, _Several):
            fields[name] = list(value)
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if text.strip():
        fields["#text"] = text
    return fields


class _Several(list[Any]):
    """Children of one name, while their parent is being read."""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
