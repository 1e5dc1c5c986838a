"""The language of an answer: what its request's Accept-Language header asks for.

Sentences are told in it where a shape becomes JSON (``wire.Told``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.language.speech import accepted, speaking, told

_EXAMPLES, _CHOICES = "examples", "x-choices"
_WORDED = ("title", "description", _EXAMPLES)


class InLanguage:
    """The ASGI layer; outermost, so that every refusal is told in the asker's language too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the language of the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(accepted(Headers(scope=scope).get("accept-language", ""))):
            await self._app(scope, receive, send)


def told_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON Schema with its titles and descriptions in the language that is spoken now."""
    return {name: _told(name, value) for name, value in schema.items()}


def _told(name: str, value: Any) -> Any:
    match value:
        case str():
            return told(value) if name in _WORDED else value
        case list():
            return [_told(name if name == _EXAMPLES else "", each) for each in value]
        case dict() if name == _CHOICES:
            return {choice: told(words) for choice, words in value.items()}
        case dict():
            return told_schema(value)
        case _:
            return value
