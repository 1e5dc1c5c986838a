"""The version after this one: a copy of the engine with another number and another schema.

    code = next_version(tmp_path, Step(postgres=("CREATE TABLE …",), additive=True))
    node = await start_node(home, code=code)

What else a version changes can be said as replacements of words in its store.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import engine
from engine.store.migrations.step import Step

VERSION = "0.2.0"
assert engine.__version__ != VERSION


def next_version(
    folder: Path, *steps: Step, version: str = VERSION, words: Mapping[str, str] | None = None
) -> Path:
    """Write it under ``folder``; the directory to start it in.

    words: what the store's modules say instead of this one's words; migrations stay as they were.
    """
    place = folder / f"version-{version}"
    package = place / "engine"
    shutil.copytree(Path(engine.__file__).parent, package)  # what is compiled stays so
    _replace(package / "__init__.py", {f'"{engine.__version__}"': f'"{version}"'})
    with (package / "store" / "migrate.py").open("a") as migrate:
        migrate.write("".join(f"\nMIGRATIONS += ({step!r},)\n" for step in steps))
    for module in (package / "store").rglob("*.py"):
        if module.parent.name != "migrations":
            _replace(module, words or {})
    return place


def _replace(file: Path, words: Mapping[str, str]) -> None:
    text = before = file.read_text()
    for word, other in words.items():
        text = text.replace(word, other)
    if text != before:
        file.write_text(text)
