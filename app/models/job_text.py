"""Job documents as text for people: YAML as ``job apply`` reads it, or JSON. Pure.

Reading a text is the node's matter (``POST /jobs/check``): it knows limits and line numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml


def as_yaml(documents: Sequence[Mapping[str, Any]]) -> str:
    """The documents in their own order of fields."""
    text: str = yaml.safe_dump_all(
        [dict(each) for each in documents],
        sort_keys=False,
        allow_unicode=True,
        explicit_start=len(documents) > 1,
        width=100,
    )
    return text


def as_json(documents: Sequence[Mapping[str, Any]]) -> str:
    """Each document as a JSON object; several are parted by ``---``, as ``job apply`` reads."""
    texts = [json.dumps(each, ensure_ascii=False, indent=2) for each in documents]
    return "\n---\n".join(texts) + "\n"
