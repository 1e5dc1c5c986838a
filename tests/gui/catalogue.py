"""The words of the console as a catalogue: what the source says, and what the translations hold.

    python -m tests.gui.catalogue      adds what is missing to the .ts files, makes the .qm files,
                                       lists what has no translation yet

Reads the source with Python's own parser: pyside6-lupdate misses calls whose number is an
expression. Only plurals are kept for English, all words for any other language.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from defusedxml import ElementTree

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "translations"
FORMS = {"en": 2, "zh_CN": 1}


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """One text of the source; ``plural`` when it is told with a number."""

    context: str
    text: str
    plural: bool


def written() -> set[Entry]:
    """Every text the console's source hands to ``translate``."""
    return {
        entry
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (entry := _entry(node)) is not None
    }


def _entry(call: ast.Call) -> Entry | None:
    if not (isinstance(call.func, ast.Name) and call.func.id == "translate"):
        return None
    context, text = (ast.literal_eval(argument) for argument in call.args[:2])
    return Entry(context, text, len(call.args) == 4)


def held(language: str) -> dict[Entry, tuple[str, ...]]:
    """What a catalogue has: the forms of each entry, one for what is no plural."""
    place = FOLDER / f"jellyfish_{language}.ts"
    if not place.exists():
        return {}
    found: dict[Entry, tuple[str, ...]] = {}
    for context in ElementTree.fromstring(place.read_text(encoding="utf-8")).iter("context"):
        for message in context.iter("message"):
            plural = message.get("numerus") == "yes"
            name, source = context.findtext("name", ""), message.findtext("source", "")
            forms = tuple(form.text or "" for form in message.iter("numerusform"))
            whole = (message.findtext("translation", ""),)
            found[Entry(name, source, plural)] = forms if plural else whole
    return found


def wanted(language: str) -> set[Entry]:
    """What the catalogue of that language must have."""
    return {entry for entry in written() if entry.plural or language != "en"}


def missing(language: str) -> set[Entry]:
    """What has no translation yet."""
    has = {entry for entry, forms in held(language).items() if all(forms)}
    return wanted(language) - has


def english(text: str) -> tuple[str, str]:
    """The forms of a plural that need nobody: ``%Ln record(s)``."""
    return text.replace("(s)", ""), re.sub(r"([^aeiou])y\(s\)", r"\1ies", text).replace("(s)", "s")


def save(language: str) -> None:
    """Write the catalogue: kept forms, empty ones for what is new, nothing that is gone."""
    before = held(language)
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    entries = sorted(wanted(language))
    for context in sorted({entry.context for entry in entries}):
        lines += ["<context>", f"    <name>{context}</name>"]
        for entry in entries:
            if entry.context == context:
                lines += _message(entry, language, before.get(entry))
        lines.append("</context>")
    place = FOLDER / f"jellyfish_{language}.ts"
    place.write_text("\n".join([*lines, "</TS>", ""]), encoding="utf-8")
    release = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([release, place, "-qm", place.with_suffix(".qm")], check=True)


def _message(entry: Entry, language: str, forms: tuple[str, ...] | None) -> list[str]:
    if forms is None:
        forms = english(entry.text) if language == "en" else ("",) * FORMS[language]
    source = f"        <source>{escape(entry.text)}</source>"
    if not entry.plural:
        translation = f"        <translation>{escape(forms[0])}</translation>"
        return ["    <message>", source, translation, "    </message>"]
    inner = [f"            <numerusform>{escape(form)}</numerusform>" for form in forms]
    lines = ['    <message numerus="yes">', source, "        <translation>"]
    return [*lines, *inner, "        </translation>", "    </message>"]


if __name__ == "__main__":
    for each in sorted(path.stem.removeprefix("jellyfish_") for path in FOLDER.glob("*.ts")):
        save(each)
        for entry in sorted(missing(each)):
            print(f"{each}: {entry.context}: {entry.text!r}")
