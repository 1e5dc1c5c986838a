"""The import directions of the design: each contract is kept, and each was seen to fail.

The contracts themselves stand in pyproject.toml and are checked by `make check`; here each of
them is broken once in a copy of the tree. What import-linter cannot see, threads started through
asyncio or Qt and what an import drags in at run time, is tested here directly.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "app")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]

# contract id, module that trespasses (made, where there is none), its one forbidden import
TRESPASSES = [
    ("layers", "engine.core.errors", "import engine.store"),
    ("layers", "engine.services.trespass", "import engine.api.client"),
    ("layers", "engine.store.trespass", "import engine.producers"),
    ("layers", "engine.unplaced", "import engine.core"),
    ("console", "app.trespass", "import engine.operations"),
    ("console", "app.trespass", "from engine.core import errors"),
    ("console", "app.trespass", "import engine.api.server"),
    ("client", "engine.api.client", "import engine.operations"),
    ("client", "engine.api.wire", "import engine.http"),
    ("client", "engine.api.client", "import engine.api.server"),
    ("sql", "engine.services.trespass", "import peewee"),
    ("sql", "app.trespass", "import sqlite3"),
    ("qt", "engine.services.trespass", "from PySide6.QtCore import QObject"),
    ("qt", "engine.services.trespass", "import app"),
    ("threads", "engine.services.trespass", "import threading"),
    ("threads", "app.trespass", "from concurrent.futures import ThreadPoolExecutor"),
]

THREAD_STARTERS = {"to_thread", "run_in_executor", "QThread", "QThreadPool", "QRunnable"}


def lint_imports(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--contract", contract, "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the packages and the contracts, to be broken."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def source_of(tree: Path, module: str) -> Path:
    """Where a module's source stands, or would stand."""
    path = tree.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def thread_starters(source: str) -> set[str]:
    """The ways to start a thread, without importing `threading`, that a module's source names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                names.add(name)
            case _:
                pass
    return names & THREAD_STARTERS


@pytest.mark.parametrize(("contract", "module", "line"), TRESPASSES)
def test_a_contract_breaks_on_one_forbidden_import(
    tree: Path, contract: str, module: str, line: str
) -> None:
    with source_of(tree, module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")

    result = lint_imports(tree, contract)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "0 kept, 1 broken" in result.stdout


def test_every_contract_is_broken_once_here() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {row[0] for row in TRESPASSES}


@pytest.mark.parametrize("contract", [contract["id"] for contract in CONTRACTS])
def test_a_contract_is_kept_by_the_tree_as_it_is(tree: Path, contract: str) -> None:
    result = lint_imports(tree, contract)

    assert "1 kept, 0 broken" in result.stdout, result.stdout + result.stderr


def test_the_api_client_loads_no_engine() -> None:
    """Seen from a fresh interpreter, where packages' `__init__` files and lazy imports count."""
    program = "import sys, engine.api.client, engine.api.wire; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout.split()

    allowed = ("engine.api.client", "engine.api.wire", "engine.core", "engine.language")
    engine = {name for name in loaded if name.startswith("engine.") and name != "engine.api"}
    assert {name for name in engine if not name.startswith(allowed)} == set()
    assert {"peewee", "fastapi", "pyreqwest", "uvloop", "apscheduler"}.isdisjoint(loaded)


def test_no_thread_starts_outside_the_gateway() -> None:
    gateway = source_of(ROOT, "engine.store.gateway")
    found = {
        str(path.relative_to(ROOT)): names
        for path in sources()
        if path != gateway and (names := thread_starters(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nasync def f(): await asyncio.to_thread(print)",
        "from asyncio import to_thread",
        "def f(loop): return loop.run_in_executor(None, print)",
        "from PySide6.QtCore import QThread",
    ],
)
def test_a_thread_started_in_passing_is_found(source: str) -> None:
    assert thread_starters(source)
