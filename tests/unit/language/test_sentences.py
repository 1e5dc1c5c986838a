"""The catalogue of the engine's sentences against the source that writes them."""

from __future__ import annotations

import pytest

from engine.language.pattern import filled, names
from engine.language.speech import told_in
from tests.unit.language.sentences import LANGUAGES, held, written

OPTIONAL = {"expected_plural"}
"""What only English needs."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_engine_has_a_translation(language: str) -> None:
    """`make words` adds what is missing, and lists it."""
    catalogue = held(language)
    assert set(catalogue) == written()
    assert [english for english, other in catalogue.items() if not other] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_holes_of_its_sentence(language: str) -> None:
    for english, other in held(language).items():
        if other:
            wanted = set(names(english)) - OPTIONAL
            assert set(names(other)) == wanted, english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_recognised_whatever_stands_in_it(language: str) -> None:
    """No other template may be taken for it: what fills its holes is found, and nothing else."""
    wrong: list[tuple[str, str]] = []
    for english, other in held(language).items():
        if not other or not _has_letters(english):
            continue
        words = {name: f"{7 + place}" for place, name in enumerate(names(english))}
        told = told_in(language.replace("_", "-"), filled(english, words))
        if told != filled(other, words) and sorted(words.values()) != _numbers_in(told, words):
            wrong.append((english, told))
    assert wrong == []


def test_the_source_writes_sentences() -> None:
    found = written()

    assert 'There is no job named "{name}".' in found
    assert "It was given up after {tries}{last}." in found
    assert "{origin} refused the connection." in found
    assert "Field required" in found
    assert not any("SELECT" in text for text in found)


def _has_letters(english: str) -> bool:
    return (
        sum(letter.isalpha() for letter in filled(english, dict.fromkeys(names(english), ""))) > 2
    )


def _numbers_in(told: str, words: dict[str, str]) -> list[str]:
    return sorted(word for word in words.values() if word in told)
