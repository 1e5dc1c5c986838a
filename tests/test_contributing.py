"""What CONTRIBUTING says of tests and files is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = [
    (name, place)
    for names, place in re.findall(r"((?:`test_\w+`(?:, )?)+) in `(tests/[\w/.]+)`", TEXT)
    for name in re.findall(r"`(test_\w+)`", names)
]


def functions_of(place: str) -> set[str]:
    """The names of the functions in a file."""
    tree = ast.parse((ROOT / place).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {each.name for each in ast.walk(tree) if isinstance(each, kinds)}


@pytest.mark.parametrize(("name", "place"), NAMED)
def test_the_test_of_a_trap_is_where_the_table_says(name: str, place: str) -> None:
    assert name in functions_of(place)


def test_every_trap_has_its_row() -> None:
    assert len(NAMED) > 80


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:engine|app|tests)/[\w/.]+)`", TEXT))))
def test_a_file_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()
