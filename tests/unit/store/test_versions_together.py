"""Programs of two versions on one database: who may work on a schema, and who is shut out of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.core.errors import Unavailable
from engine.store import migrate
from engine.store.commit_row import ONLY
from engine.store.dialects.sqlite import driver
from engine.store.migrate import MIGRATIONS
from engine.store.migrations.step import Step
from engine.store.store import Store

KNOWN = len(MIGRATIONS)
_ADDS = (
    r"CREATE TABLE \w+ \(.*",
    r"ALTER TABLE \w+ ADD COLUMN \w+ (?=.*( DEFAULT |$))(?!.*NOT NULL(?!.* DEFAULT )).*",
    r"INSERT INTO (serial|meta) .*",
)
_INDEX = r"CREATE( UNIQUE)? INDEX \w+ ON (\w+) .*"


def only_adds(statements: tuple[str, ...]) -> bool:
    """Whether a program that has never heard of these statements can go on beside them.

    An index on a table that is there already is none of them: it may refuse what the older
    program writes, and making it stops all writes for its time.
    """
    made = {m[1] for each in statements if (m := re.match(r"CREATE TABLE (\w+)", each))}
    return all(
        index[2] in made
        if (index := re.fullmatch(_INDEX, each, re.S))
        else any(re.fullmatch(pattern, each, re.S) for pattern in _ADDS)
        for each in statements
    )


@pytest.mark.parametrize("number", range(1, KNOWN + 1))
def test_a_step_that_says_it_only_adds_does(number: int) -> None:
    step = MIGRATIONS[number - 1]
    for statements in (step.sqlite, step.postgres, step.mysql):
        assert not step.additive or only_adds(statements), statements


@pytest.mark.parametrize(
    ("statements", "adds"),
    [
        (("ALTER TABLE job ADD COLUMN tag text NOT NULL DEFAULT ''",), True),
        (("ALTER TABLE job ADD COLUMN tag text",), True),
        (("ALTER TABLE job ADD COLUMN tag text NOT NULL",), False),
        (("ALTER TABLE job DROP COLUMN tag",), False),
        (("ALTER TABLE job RENAME COLUMN tag TO tags",), False),
        (("CREATE TABLE a (b text)", "CREATE UNIQUE INDEX a_b ON a (b)"), True),
        (("CREATE UNIQUE INDEX job_tag ON job (tag)",), False),
        (("UPDATE job SET paused = 1",), False),
        (("DROP TABLE a",), False),
    ],
)
def test_what_only_adds(statements: tuple[str, ...], adds: bool) -> None:
    assert only_adds(statements) is adds


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


async def opened(place: Path) -> Store:
    return await Store.open(f"sqlite:///{place}", clock=lambda: 1, node="one")


@pytest.fixture
async def store(place: Path) -> AsyncIterator[Store]:
    store = await opened(place)
    yield store
    await store.close()


def meta(place: Path) -> dict[str, str]:
    with closing(driver.connect(place)) as raw:
        return dict(raw.execute("SELECT name, value FROM meta"))


def change(place: Path, sql: str) -> None:
    with closing(driver.connect(place)) as raw:
        raw.execute(sql)
        raw.commit()


def later(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> None:
    """From here on this program is the version with these steps."""
    monkeypatch.setattr(migrate, "MIGRATIONS", (*MIGRATIONS, *steps))


async def test_a_schema_that_only_grew_is_worked_on(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = Step(sqlite=("ALTER TABLE job ADD COLUMN tag TEXT NOT NULL DEFAULT ''",), additive=True)
    with monkeypatch.context() as newer:
        later(newer, grown, grown.__class__(additive=True))
        await (await opened(place)).close()
    assert meta(place)["schema"] == str(KNOWN + 2)
    assert int(meta(place)["needs"]) <= KNOWN

    older = await opened(place)
    await older.audit("li", "looked", "", "")
    await older.require_place()
    await older.close()
    assert meta(place)["schema"] == str(KNOWN + 2), "it is not turned back"


async def test_a_step_that_breaks_shuts_out_older_programs_new_and_at_work(
    place: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.audit("li", "before", "", "")
    with monkeypatch.context() as newer:
        later(newer, Step(sqlite=("ALTER TABLE drained_node RENAME TO idle",)))
        await (await opened(place)).close()
    assert meta(place)["needs"] == str(KNOWN + 1)

    with pytest.raises(Unavailable, match="newer version"):
        await store.audit("li", "after", "", "")
    with pytest.raises(Unavailable, match="newer version"):
        await store.is_drained("one")  # a table that is not there any more
    with pytest.raises(Unavailable, match="newer version"):
        await store.require_place()
    with pytest.raises(Unavailable, match="newer version"):
        await opened(place)
    rows, _ = await store.audit_list(limit=10)
    assert [row.what for row in rows] == ["before"], "nothing of it was kept"


async def test_a_writer_whose_row_is_gone_makes_it_again(place: Path, store: Store) -> None:
    change(place, f"DELETE FROM meta WHERE name = '{ONLY}'")
    await store.audit("li", "after all", "", "")
    rows, _ = await store.audit_list(limit=10)
    assert [row.what for row in rows] == ["after all"]
    assert meta(place)[ONLY]


async def test_a_program_that_knows_the_whole_schema_writes_nothing_when_it_opens_it(
    place: Path,
) -> None:
    await (await opened(place)).close()
    before = meta(place)
    await (await opened(place)).close()
    assert meta(place) == before
