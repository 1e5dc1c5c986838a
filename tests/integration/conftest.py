"""Databases for what several nodes do together: a test that asks for one runs on each kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

KINDS = ("sqlite", "postgresql", "mariadb")


@pytest.fixture(params=KINDS)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jellyfish.db'}"
    return fresh_database(str(request.param))
