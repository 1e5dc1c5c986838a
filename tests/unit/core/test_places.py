from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.places import data_directory, database_label

HOME = Path("/home/li")


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, HOME / ".local/share/data-jellyfish"),
        ("linux", {"XDG_DATA_HOME": "/data"}, Path("/data/data-jellyfish")),
        ("linux", {"XDG_DATA_HOME": "relative"}, HOME / ".local/share/data-jellyfish"),
        ("darwin", {}, HOME / "Library/Application Support/data-jellyfish"),
        ("win32", {"APPDATA": "/roaming"}, Path("/roaming/data-jellyfish")),
        ("win32", {}, HOME / "AppData/Roaming/data-jellyfish"),
        ("darwin", {"JELLYFISH_HOME": "/srv/jf"}, Path("/srv/jf")),
    ],
)
def test_each_platform_has_its_own_data_directory(
    platform: str, environ: dict[str, str], expected: Path
) -> None:
    assert data_directory(platform, environ, HOME) == expected


@pytest.mark.parametrize(
    ("url", "label"),
    [
        (
            "postgresql://hub:pa%40ss@db.example:5432/ledger?sslmode=x",
            "postgresql://db.example:5432/ledger",
        ),
        ("mysql://root:p@h@db.example/ledger", "mysql://db.example/ledger"),
        ("sqlite:////srv/jf/jellyfish.db", "sqlite:////srv/jf/jellyfish.db"),
    ],
)
def test_a_database_is_named_without_its_password(url: str, label: str) -> None:
    assert database_label(url) == label
