"""Looks at the text of an expression: its tokens, the paths in it, where it ends in a template.

CEL itself says whether an expression is right; this only finds out, before or after, which names
and fields it reads. What is found is never too little: a path that goes on in a way that cannot be
followed from the text counts as far as it can be. Not an evaluator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.core.bare_path import Step

_STRING = r"""
    (?:[bB]?[rR]|[rR][bB]) (?: \"{3}.*?\"{3} | '{3}.*?'{3} | "[^"\n\r]*" | '[^'\n\r]*' )
  | [bB]? (?: \"{3}(?:[^\\]|\\.)*?\"{3} | '{3}(?:[^\\]|\\.)*?'{3}
            | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
"""
_TOKEN = re.compile(
    rf"""
    (?P<space> \s+ | //[^\n]* )
  | (?P<string> {_STRING} )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<quoted> `[^`\n]+` )
  | (?P<number> 0[xX][0-9a-fA-F]+[uU]? | (?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[uU]? )
  | (?P<mark> && | \|\| | [=!<>]= | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_TEMPLATE = re.compile(rf"{_STRING} | [A-Za-z0-9_]+ | .", re.VERBOSE | re.DOTALL)
_OPENING = {"(": ")", "[": "]", "{": "}"}
_ITEM_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression; ``kind`` is string, name, quoted, number or mark."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Chain:
    """A variable and the constant steps that follow it in an expression.

    alone: the whole expression is this chain, so it is a bare path.
    """

    variable: str
    steps: tuple[Step, ...]
    alone: bool


def tokens_of(text: str) -> list[Token]:
    """The tokens of an expression, without space and comments."""
    return [
        Token(match.lastgroup or "mark", match[0], match.start())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]


def chains_of(text: str, names: Iterable[str]) -> list[Chain]:
    """Every use of one of these names in an expression that compiles, in order."""
    known = frozenset(names)
    tokens = tokens_of(text)
    chains = []
    for index, token in enumerate(tokens):
        if token.kind == "name" and token.text in known and not _is_field(tokens, index):
            steps, after, plain = _steps_after(tokens, index + 1)
            alone = plain and index == 0 and after == len(tokens)
            chains.append(Chain(token.text, steps, alone))
    return chains


def _is_field(tokens: list[Token], index: int) -> bool:
    """Whether the name at this index comes after ``value.`` or ``value.?``."""
    before = index - 1
    if before >= 0 and tokens[before].text == "?":
        before -= 1
    if before < 1 or tokens[before].text != ".":
        return False
    owner = tokens[before - 1]
    return owner.kind != "mark" or owner.text in (")", "]", "}")


def _steps_after(tokens: list[Token], index: int) -> tuple[tuple[Step, ...], int, bool]:
    """The steps from this index on, the index after them, and whether none is optional."""
    steps: list[Step] = []
    plain = True
    while index < len(tokens):
        ahead = tokens[index : index + 3]
        texts = [token.text for token in ahead]
        if texts[:2] == [".", "?"] or texts[:2] == ["[", "?"]:
            plain = False
            ahead = [tokens[index], *tokens[index + 2 : index + 4]]
            texts = [token.text for token in ahead]
            index += 1
        step: Step | None = None
        if len(ahead) > 1 and texts[0] == "." and texts[2:] != ["("]:
            step = _field_step(ahead[1])
            width = 2
        elif len(ahead) > 2 and texts[0] == "[" and texts[2] == "]":
            step = _index_step(ahead[1])
            width = 3
        if step is None:
            return tuple(steps), index, plain
        steps.append(step)
        index += width
    return tuple(steps), index, plain


def _field_step(token: Token) -> Step | None:
    if token.kind == "quoted":
        return token.text[1:-1]
    return token.text if token.kind == "name" else None


def _index_step(token: Token) -> Step | None:
    text = token.text
    if token.kind == "number" and text.isdigit() and len(text) <= _ITEM_DIGITS:
        return int(text)
    if token.kind != "string" or text[0] not in "\"'" or "\\" in text or text[:3] in ('"""', "'''"):
        return None
    return text[1:-1]


def end_of_expression(text: str, start: int) -> int | None:
    """Where the ``}`` stands that closes the ``${`` whose expression begins at ``start``.

    Braces inside the expression's texts and maps do not count. None if it is never closed.
    """
    open_brackets: list[str] = []
    for match in _IN_TEMPLATE.finditer(text, start):
        mark = match[0]
        if mark in _OPENING:
            open_brackets.append(_OPENING[mark])
        elif mark == "}" and "}" not in open_brackets:
            return match.start()
        elif open_brackets and mark == open_brackets[-1]:
            open_brackets.pop()
        elif mark in ('"', "'"):
            return None
    return None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The line and column of an offset, both from 1, columns in characters."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
