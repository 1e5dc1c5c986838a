"""Opening a database: what is made, what is refused, and in which words."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from engine.core.errors import OperatorError, Unavailable
from engine.store.dialects import sqlite
from engine.store.dialects.sqlite import driver
from engine.store.store import Store


async def open_and_close(url: str) -> str:
    store = await Store.open(url, clock=lambda: 0, node="one")
    await store.close()
    return store.ledger_id


async def test_a_new_database_is_for_its_user_alone_and_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "made" / "x.db"

    first = await open_and_close(f"sqlite:///{path}")
    second = await open_and_close(f"sqlite:///{path}")

    assert first == second
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await open_and_close(f"sqlite:///{tmp_path / 'other.db'}") != first


async def test_the_file_is_kept_as_safety_asks(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'x.db'}", clock=lambda: 0, node="one")
    names = ("journal_mode", "synchronous", "foreign_keys", "auto_vacuum")
    found = await store._gateway.write(
        lambda access: [access.value(f"PRAGMA {name}") for name in names]
    )
    await store.close()

    assert found == ["wal", 2, 1, 2]


@pytest.mark.parametrize(
    "url", ["", "x.db", "sqlite://x.db", "sqlite:///", "postgresql://a:secret@b/c"]
)
async def test_a_url_that_is_no_database_of_ours_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(OperatorError) as refused:
        await open_and_close(url)
    assert refused.value.hint
    assert "secret" not in refused.value.sentence


async def test_a_newer_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    await open_and_close(url)
    with closing(driver.connect(tmp_path / "x.db")) as raw:
        raw.execute("UPDATE meta SET value = '99' WHERE name IN ('schema', 'needs')")
        raw.commit()

    with pytest.raises(Unavailable, match="newer version"):
        await open_and_close(url)


async def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(driver.connect(tmp_path / "x.db")) as raw:
        raw.execute("CREATE TABLE theirs (a)")

    with pytest.raises(Unavailable, match="another program"):
        await open_and_close(f"sqlite:///{tmp_path / 'x.db'}")
    with closing(driver.connect(tmp_path / "x.db")) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (1,)


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database at all" * 1000)

    with pytest.raises(Unavailable, match="not a database"):
        await open_and_close(f"sqlite:///{tmp_path / 'x.db'}")


async def test_a_path_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Unavailable, match="cannot be opened"):
        await open_and_close(f"sqlite:///{tmp_path / 'file' / 'x.db'}")
    with pytest.raises(Unavailable, match="cannot be opened"):
        await open_and_close(f"sqlite:///{tmp_path}")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Unavailable, match="cannot be opened"):
            await open_and_close(f"sqlite:///{tmp_path / 'x.db'}")
    finally:
        tmp_path.chmod(0o700)


async def test_a_sqlite_that_can_lose_commits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite.driver, "sqlite_version_info", (3, 51, 2))
    monkeypatch.setattr(sqlite.driver, "sqlite_version", "3.51.2")

    with pytest.raises(Unavailable, match=r"3\.51\.2 can lose"):
        await open_and_close(f"sqlite:///{tmp_path / 'x.db'}")
    assert not (tmp_path / "x.db").exists()
