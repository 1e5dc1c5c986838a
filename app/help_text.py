"""The help's pages: what they are called, where they are kept, which of the console they explain.

Written in Markdown under ``resources/help``, one folder a language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from app.words import in_use, translate


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of the help. key: its file's name; pages: of the console, by their keys."""

    key: str
    title: Callable[[], str]
    pages: tuple[str, ...]


TOPICS = (
    Topic("first-job", lambda: translate("Help", "The first job"), ("overview", "jobs")),
    Topic("finding", lambda: translate("Help", "Finding a record"), ("records",)),
    Topic("failures", lambda: translate("Help", "Failures"), ("failures",)),
    Topic("alerts", lambda: translate("Help", "Alerts"), ("activity",)),
    Topic("nodes", lambda: translate("Help", "Nodes"), ("nodes", "settings")),
    Topic("keys", lambda: translate("Help", "Keys"), ()),
)
_BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n[ ]*(?=[\u4e00-\u9fff\u201c])")
"""A line's end inside a Chinese paragraph, which would be shown as a space."""
BY_KEY: Mapping[str, Topic] = {topic.key: topic for topic in TOPICS}


def topic_of(page: str) -> Topic:
    """The topic that explains this page of the console; the first one where none does."""
    return next((topic for topic in TOPICS if page in topic.pages), TOPICS[0])


def text_of(topic: Topic) -> str:
    """The page in Markdown, in the language the console speaks."""
    place = files("resources") / "help" / in_use() / f"{topic.key}.md"
    return _BETWEEN_HAN.sub("", place.read_text(encoding="utf-8"))
