"""The job document as a whole: read from YAML or JSON, checked, told apart from its neighbours.

Every refusal names the path of the field, says what is wrong in a sentence, and what to do.
Not for what a job does: that is in ``services``.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import Any, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from engine.consumers.kinds import Consumer
from engine.core import fields
from engine.core.errors import DocumentError, Problem
from engine.core.fields import Name, Part
from engine.core.job import Alert, Ledger, Retention, refuse_twice
from engine.producers.kinds import Producer

MAX_BYTES = 1024 * 1024
MAX_ALIASES = 50


class Job(Part):
    """One configured line: a producer, a ledger of records, any number of consumers."""

    job: Name = Field(
        title="Name",
        description="Letters of any script, digits, - and _. It cannot be changed later.",
        examples=["orders"],
    )
    description: str = Field(
        "",
        title="Description",
        description="For people: from where to where, and who to ask.",
        max_length=2000,
        examples=["Orders from the shop to the ERP"],
    )
    producer: Producer = Field(title="Source")
    ledger: Ledger = Field(title="Ledger")
    consumers: tuple[Consumer, ...] = Field(
        (), title="Consumers", description="Who gets the records; each has its own states."
    )
    retention: Retention = Field(
        Retention(),
        title="Retention",
        description="How long delivered and skipped records are kept.",
    )
    alerts: tuple[Alert, ...] = Field(
        (), title="Alerts", description="When someone is told, and on which channels."
    )

    @field_validator("consumers")
    @classmethod
    def _unique(cls, consumers: tuple[Consumer, ...]) -> tuple[Consumer, ...]:
        refuse_twice([consumer.name for consumer in consumers], "consumer")
        return consumers


def parse_job(document: Any) -> Job:
    """The job of this document (as from JSON); DocumentError with every problem otherwise."""
    if not isinstance(document, dict):
        raise DocumentError(
            [Problem("", "A job document is an object with the fields job, producer, ledger …")]
        )
    try:
        return Job.model_validate(document)
    except ValidationError as error:
        problems = [_problem(details, document) for details in error.errors(include_url=False)]
        raise DocumentError(problems) from None


def job_from_text(text: str) -> Job:
    """The job of a stored document (JSON text)."""
    return parse_job(json.loads(text))


def job_to_text(document: dict[str, Any]) -> str:
    """The document as it is stored: JSON, with the author's field order and nothing added."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def read_documents(text: str) -> list[dict[str, Any]]:
    """The job documents in a YAML or JSON text; DocumentError names line and column."""
    if len(text.encode()) > MAX_BYTES:
        raise DocumentError(
            [Problem("", "The file is larger than 1 MiB.", "A job document is a few kilobytes.")]
        )
    try:
        documents = [one for one in yaml.load_all(text, Loader=_Loader) if one is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        sentence = f"This is not YAML or JSON: {error.problem}."
        raise DocumentError([Problem(place, sentence, "Correct the text there.")]) from None
    except yaml.YAMLError as error:
        raise DocumentError([Problem("", f"This is not YAML or JSON: {error}.")]) from None
    except RecursionError:
        raise DocumentError([Problem("", "The document is nested too deeply.")]) from None
    if not documents:
        raise DocumentError([Problem("", "There is no job document in this file.")])
    for document in documents:
        if not isinstance(document, dict):
            raise DocumentError([Problem("", "A job document is an object with fields.")])
    return documents


def job_schema() -> dict[str, Any]:
    """The JSON Schema of a job document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Data JellyFish job",
        **Job.model_json_schema(),
    }


class _Loader(yaml.SafeLoader):
    """YAML 1.2 booleans only, times stay text, no key twice, few aliases."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self._aliases += 1
            if self._aliases > MAX_ALIASES:
                event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML is typed in part only
                raise yaml.composer.ComposerError(
                    None, None, "there are too many aliases", event.start_mark
                )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen and key_node.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f'the field "{key_node.value}" stands twice', key_node.start_mark
                )
            if isinstance(key_node.value, str):
                seen.add(key_node.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool",
    re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    list("tTfF"),
)


def _problem(details: ErrorDetails, document: Any) -> Problem:
    path = _path(details["loc"], document)
    kind = details["type"]
    context = details.get("ctx", {})
    name = str(details["loc"][-1]) if details["loc"] else ""
    match kind:
        case "missing":
            return Problem(path, f'The field "{name}" is missing.', "Add it.")
        case "extra_forbidden":
            close = difflib.get_close_matches(name, sorted(_ALL_FIELDS), n=1)
            hint = f'Did you mean "{close[0]}"?' if close else "Remove it or correct its name."
            return Problem(path, f'There is no field "{name}" here.', hint)
        case fields.REFUSED:
            return _refused(path, context)
        case "value_error":
            text = str(context.get("error", details["msg"]))
            return Problem(path, _sentence(text), "")
        case "union_tag_invalid" | "union_tag_not_found":
            tags = context.get("expected_tags", "")
            field = str(context.get("discriminator", "kind")).strip("'")
            where = f"{path}.{field}" if path else field
            return Problem(where, "This kind is not known.", f"Use one of {tags}.")
        case "literal_error":
            return Problem(
                path, "This value is not one of those allowed.", f"Use {context['expected']}."
            )
        case _:
            return Problem(path, _sentence(details["msg"]), f"It was: {_short(details['input'])}.")


def _refused(path: str, context: dict[str, Any]) -> Problem:
    """What a field's own check said; its place inside the field goes on behind the field's."""
    inside = str(context["path"])
    joint = "." if path and inside and not inside.startswith("[") else ""
    return Problem(
        f"{path}{joint}{inside}",
        str(context["sentence"]),
        str(context["hint"]),
        int(context["line"]),
        int(context["column"]),
    )


def _path(loc: tuple[int | str, ...], document: Any) -> str:
    """``consumers[0].retry.attempts``: pydantic's place without its names of union members."""
    path = ""
    here = document
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(part, int):
            path += f"[{part}]"
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict) and (part in here or (last and part not in _UNION_TAGS)):
            path += f".{part}" if path else part
            here = here.get(part)
    return path


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _fields_of(model: Any, seen: set[Any]) -> set[str]:
    """Names of all fields of a model and of the models in it."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        if model in seen:
            return set()
        seen.add(model)
        names = set(model.model_fields)
        for info in model.model_fields.values():
            names |= _fields_of(info.annotation, seen)
        return names
    return {name for inner in get_args(model) for name in _fields_of(inner, seen)}


_ALL_FIELDS = frozenset(_fields_of(Job, set()))
_UNION_TAGS = frozenset({"every", "cron"})
