"""Which jobs use a secret or an alert channel, read from their documents as they are saved.

Reads the JSON itself: a document is not compiled for that.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from engine.operations.secrets import Use
from engine.store.store import Store


async def jobs_by_name(store: Store, use: Use) -> Mapping[str, tuple[str, ...]]:
    """The jobs that use each secret or channel, both by name; what is missing is unused."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in await store.jobs():
        document = json.loads(row.document)
        names = _secrets(document) if use is Use.SECRET else _channels(document)
        for name in names:
            found[name].add(row.name)
    return {name: tuple(sorted(jobs)) for name, jobs in found.items()}


def _secrets(part: Any) -> Iterator[str]:
    match part:
        case {"secret": str(name)} if len(part) == 1:
            yield name
        case dict():
            for each in part.values():
                yield from _secrets(each)
        case list():
            for each in part:
                yield from _secrets(each)
        case _:
            return


def _channels(document: Any) -> Iterator[str]:
    for alert in document.get("alerts") or ():
        yield from alert.get("to") or ()
