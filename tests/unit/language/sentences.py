"""The engine's sentences as a catalogue: what the source says, and what the translations hold.

    python -m tests.unit.language.sentences     adds what is missing, drops what is gone, lists
                                                what has no translation yet

Reads the source with Python's own parser. A text counts as told to an operator unless it is
plainly something else: a docstring, a log line, a pattern, SQL, one word, or named in NOT_TOLD.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic_core._pydantic_core import list_all_errors

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "resources" / "translations"
NOT_TOLD = Path(__file__).with_name("not_told.txt")
LANGUAGES = ("zh_CN",)

FRAGMENTS = ("core", "http", "producers", "consumers", "services", "operations", "node")
"""Folders in which sentences are put together from parts, so every text counts."""
SENTENCES = ("store", "api", "cli", "config.py")
"""Elsewhere a text counts when it looks like a sentence."""
LEFT_OUT = ("api/wire", "api/routes.py", "cli/parser.py")
"""Descriptions for programmers, and a command's --help."""

_LOGS = frozenset(("debug", "info", "warning", "error", "exception", "critical"))
_OURS = frozenset(("AssertionError", "RuntimeError", "TypeError", "LeaseLost", "CursorMoved"))
"""Exceptions that are bugs or signals: nobody is told them."""
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|WHERE|CREATE|PRAGMA|ORDER BY|JOIN|FROM|VALUES|NULL)\b")
_CODE = re.compile(r"[=!<>]=|= \?|\(\?|\| None|\.\w+\(|[a-z] > \d|LIMIT \?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SMALL_WORDS = frozenset(
    ("a", "an", "the", "is", "are", "it", "of", "to", "not", "no", "with", "has", "must", "in")
)
_FORMAT_HOLE = re.compile(r"(?<!\$)\{([a-z_]+)\}")
_SINGLE = frozenset(("Paused", "Resolved", "Alert", "Delivering", "Mail", "To"))
"""Whole sentences of one word."""
WORDS = frozenset(
    (
        *("pending", "sending", "retrying", "delivered", "dead", "skipped"),
        *("read", "operate", "admin", "secret", "channel", "consumer", "field", "header"),
        *("record", "job", "delivery", "pull", "attempt"),
    )
)
"""The engine's own single words, which fill some holes."""
_WORDED = ("title", "description", "label", "help")
_PYDANTIC = frozenset(
    (
        *("string_type", "string_too_short", "string_too_long", "string_pattern_mismatch"),
        *("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing"),
        *("finite_number", "bool_type", "bool_parsing", "list_type", "dict_type", "tuple_type"),
        *("greater_than", "greater_than_equal", "less_than", "less_than_equal"),
        *("too_short", "too_long", "model_type", "model_attributes_type", "none_required"),
        *("json_invalid", "missing", "extra_forbidden", "literal_error", "enum"),
        *("union_tag_invalid", "union_tag_not_found"),
    )
)
COMPOSED = ("{n} ms", "{n} s", "{n} min", "{n} h", "{n} d", "({place})")
"""Made of holes and marks alone: spans, and where in an expression something is wrong."""


def written() -> set[str]:
    """Every template the engine's source tells an operator."""
    told = {text for path in _sources() for text in _Reader(path).texts}
    others = not_told()
    return {
        each for each in told | _of_pydantic() | {*COMPOSED, *WORDS} if not each.startswith(others)
    }


def not_told() -> tuple[str, ...]:
    """How texts begin that look like sentences but are not told."""
    lines = NOT_TOLD.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("# "))


def held(language: str) -> dict[str, str]:
    """The catalogue as it is stored; a sentence without a translation has ""."""
    place = _place(language)
    return json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}


def save(language: str) -> list[str]:
    """Write the catalogue anew: what has no translation yet, after that."""
    before = held(language)
    now = {text: before.get(text, "") for text in sorted(written())}
    text = json.dumps(now, ensure_ascii=False, indent=1)
    _place(language).write_text(f"{text}\n", encoding="utf-8")
    return [english for english, other in now.items() if not other]


def _place(language: str) -> Path:
    return FOLDER / f"engine_{language}.json"


def _sources() -> Iterator[Path]:
    for path in sorted((ROOT / "engine").rglob("*.py")):
        place = path.relative_to(ROOT / "engine").as_posix()
        part = place.split("/")[0]
        if part in (*FRAGMENTS, *SENTENCES) and not place.startswith(LEFT_OUT):
            yield path


class _Reader(ast.NodeVisitor):
    """Collects the texts of one file."""

    def __init__(self, path: Path) -> None:
        self._fragments = path.relative_to(ROOT / "engine").parts[0] in FRAGMENTS
        self.texts: set[str] = set()
        self.visit(ast.parse(path.read_text(encoding="utf-8")))

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(value=ast.Name(id="log"), attr=name) if name in _LOGS:
                return
            case ast.Attribute(value=ast.Name(id="re")):
                return
            case ast.Attribute(value=ast.Constant(), attr="split"):
                return
            case ast.Name(id=name) if name in _OURS:
                return
            case ast.Name(id="ChannelField") if len(node.args) > 1:
                self._take_label(node.args[1])
        self.generic_visit(node)

    def _take_label(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.texts.add(_plain(node.value))

    def visit_keyword(self, node: ast.keyword) -> None:
        """A form's words count even where they are one."""
        match node.value:
            case ast.Constant(value=str() as text) if node.arg in _WORDED:
                self.texts.add(_plain(text).strip())
            case ast.Dict() if node.arg == "choices":
                self._take_all(node.value)
            case _:
                self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "x-choices":
                self._take_all(value)
        self.generic_visit(node)

    def _take_all(self, node: ast.expr) -> None:
        values = node.values if isinstance(node, ast.Dict) else []
        for value in values:
            if isinstance(value, ast.Constant):
                self.texts.add(_plain(str(value.value)).strip())

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        """Annotations hold no sentences."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for inner in (*node.args.defaults, *node.body):
            self.visit(inner)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Literal["…"] and keys of mappings hold no sentences."""
        self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._take(_plain(node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._take(_template(node, set()) or "")
        self._inner(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        whole = _template(node, set())
        if whole is None:
            self.generic_visit(node)
            return
        self._take(whole)
        self._inner(node)

    def _inner(self, node: ast.AST) -> None:
        """The texts inside what fills the holes."""
        match node:
            case ast.BinOp():
                self._inner(node.left)
                self._inner(node.right)
            case ast.JoinedStr():
                for part in node.values:
                    if isinstance(part, ast.FormattedValue):
                        self.visit(part.value)
            case ast.Constant():
                pass
            case _:
                self.visit(node)

    def _take(self, text: str) -> None:
        fixed = re.sub(r"(?<!\{)\{\w+\}", "", text)
        if fixed.strip() in _SINGLE:
            self.texts.add(text.strip())
        if not re.search(r"[A-Za-z]{2}", fixed) or _SQL.search(text) or _CODE.search(text):
            return
        if _is_word_list(fixed):
            return
        sentence = text.strip().endswith((".", "?", ":")) and " " in fixed
        if sentence or (self._fragments and " " in fixed):
            self.texts.add(text.strip())


def _is_word_list(text: str) -> bool:
    """Names to look for, such as what fields are called in other systems."""
    if text.rstrip().endswith((".", "?", ":")):
        return False
    words = text.split()
    return bool(_HAN.search(text)) or (
        len(words) > 3 and text.islower() and _SMALL_WORDS.isdisjoint(words)
    )


def _plain(text: str) -> str:
    """A text without an ``f``: the holes of a later ``format`` stay holes."""
    parts = _FORMAT_HOLE.split(text)
    return "".join(
        f"{{{part}}}" if number % 2 else _braced(part) for number, part in enumerate(parts)
    )


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _template(node: ast.expr, used: set[str]) -> str | None:
    match node:
        case ast.Constant(value=str() as text):
            return _braced(text)
        case ast.JoinedStr():
            return "".join(
                f"{{{_name(part.value, used)}}}"
                if isinstance(part, ast.FormattedValue)
                else _template(part, used) or ""
                for part in node.values
            )
        case ast.BinOp(op=ast.Add()):
            left, right = _template(node.left, used), _template(node.right, used)
            if left is None and right is None:
                return None
            return (left or _hole(left, node.left, used)) + (
                right or _hole(right, node.right, used)
            )
        case _:
            return None


def _hole(text: str | None, node: ast.expr, used: set[str]) -> str:
    return f"{{{_name(node, used)}}}" if text is None else text


def _name(node: ast.expr, used: set[str]) -> str:
    """What fills a hole, as a word: the last name in its expression."""
    match node:
        case ast.Name(id=found) | ast.Attribute(attr=found):
            pass
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            found = f"{_name(inner, set())}_count"
        case ast.Call(func=inner) | ast.Subscript(value=inner):
            found = _name(inner, set())
        case _:
            found = "value"
    found = found.strip("_").lower() or "value"
    name, number = found, 2
    while name in used:
        name, number = f"{found}{number}", number + 1
    used.add(name)
    return name


def _of_pydantic() -> set[str]:
    return {
        each["message_template_python"] for each in list_all_errors() if each["type"] in _PYDANTIC
    }


def main() -> int:
    missing = 0
    for language in LANGUAGES:
        for text in save(language):
            missing += 1
            print(f"{language}: {text!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
