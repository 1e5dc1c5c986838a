"""`jellyfish copy` as a process: killed, interrupted, gone on with, and what it tells."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli.run import run
from engine.cli.terminal import Terminal
from engine.language.speech import told_in
from engine.operations.caller import Caller
from engine.operations.master_key import MasterKeyPlace
from engine.operations.secrets import Vault
from engine.store.store import Store
from tests.conformance.store_world import HandClock, World, incoming

pytestmark = pytest.mark.timeout(180)  # several processes each
TIMEOUT_S = 50
N = 5000


@pytest.fixture
async def origin(tmp_path: Path) -> str:
    """A ledger with some thousand records and a secret."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    clock = HandClock()
    store = await Store.open(url, clock=clock, node="one")
    world = await World(store, clock).begin()
    key = MasterKeyPlace(tmp_path / "home" / "master-key", keyring=lambda: None)
    await Vault(store, key.read_or_make()).put("erp", "geheim", Caller("ana", ""))
    for first in range(0, N, 500):
        await world.ingest(*(incoming(f"K{n}") for n in range(first, first + 500)))
    await world.accept(*await world.claim(limit=1000))
    await store.close()
    return url


def words(origin: str, tmp_path: Path, *more: str) -> list[str]:
    return ["copy", "--from", origin, "--to", f"sqlite:///{tmp_path / 'new.db'}", *more]


def environ(tmp_path: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "JELLYFISH_HOME": str(tmp_path / "home"), **more}


def copied(origin: str, tmp_path: Path, *more: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *words(origin, tmp_path, *more)],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
        env=environ(tmp_path, **env),
    )


@pytest.mark.parametrize(
    "point",
    [
        "copy.before_commit:1",
        "copy.after_commit:1",
        "copy.before_commit:12",
        "copy.after_commit:12",
        "copy.before_commit:17",
        "copy.finished:1",
    ],
)
def test_a_copy_killed_at_any_moment_goes_on_and_nothing_comes_twice(
    origin: str, tmp_path: Path, point: str
) -> None:
    killed = copied(origin, tmp_path, JELLYFISH_FAILPOINT=point)
    assert killed.returncode == -signal.SIGKILL

    again = copied(origin, tmp_path, "--json")

    if point.startswith("copy.finished"):
        assert again.returncode == 1
        assert "is in use" in again.stderr
        return
    assert again.returncode == 0, again.stderr
    found = json.loads(again.stdout)
    assert found["verified"] is True
    rows = {table["table"]: table for table in found["tables"]}
    assert rows["record"]["rows"] == rows["record"]["arrived"] == N
    assert rows["delivery"]["rows"] == N
    assert rows["attempt"]["rows"] == 1000
    assert "goes on where it stopped" in again.stderr


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_copy_into_a_server_goes_on_after_a_kill_too(
    origin: str, tmp_path: Path, fresh_database: Callable[[str], str], kind: str
) -> None:
    url = fresh_database(kind)
    command = [sys.executable, "-m", "engine.cli", "copy", "--from", origin, "--to", url]
    codes = []
    for point in ("copy.before_commit:10", "copy.after_commit:2", "copy.before_commit:3", ""):
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
            env=environ(tmp_path, JELLYFISH_FAILPOINT=point),
        )
        codes.append(done.returncode)

    assert codes == [-signal.SIGKILL] * 3 + [0], done.stderr
    assert re.search(r"(?m)^delivery +5,000 +5,000 +[0-9a-f]{16}  equal$", done.stdout)
    password = url.partition("@")[0].rpartition(":")[2]
    assert password not in done.stdout + done.stderr


def test_what_came_over_is_told_in_lines(origin: str, tmp_path: Path) -> None:
    done = copied(origin, tmp_path)

    assert done.returncode == 0, done.stderr
    assert re.search(r"(?m)^record +5,000 +5,000 +[0-9a-f]{16}  equal$", done.stdout)
    assert re.search(r"(?m)^Verified: 11,\d\d\d rows\.$", done.stdout)
    lines = done.stderr.splitlines()
    assert any(re.fullmatch(r"record: .* of 11,\d\d\d rows are copied\.", line) for line in lines)
    assert any(re.fullmatch(r"record: .* rows are verified\.", line) for line in lines)
    assert "Secrets that came over sealed: 1." in done.stderr
    assert "`jellyfish key export FILE` here" in done.stderr
    assert "geheim" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_an_interrupt_says_how_to_go_on(origin: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", *words(origin, tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environ(tmp_path),
    )
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "rows are copied" in first
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=TIMEOUT_S)
    finally:
        process.kill()
        process.wait()
    if process.returncode == 130:
        assert "The same command goes on where it stopped." in rest
        assert copied(origin, tmp_path).returncode == 0
    else:
        assert process.returncode == 0  # it was through before the signal came
    assert "Traceback" not in rest


class Screen(io.StringIO):
    """A stream that says it is a screen."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_a_screen_gets_a_bar_in_the_operators_language(
    origin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JELLYFISH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    out, err = io.StringIO(), Screen()

    code = run(words(origin, tmp_path), Terminal(out, err, io.StringIO()))

    assert code == 0
    drawn = err.getvalue().split("\r\x1b[K")
    assert any(re.match(r"\[#*\.*\] +\d+%  ", line) for line in drawn)
    assert any("#" * 24 in line and "100%" in line for line in drawn)
    expected = told_in("zh-CN", "record: 5 of 7 rows are copied.")
    assert expected != "record: 5 of 7 rows are copied."
    assert "rows are" not in err.getvalue()


def test_a_failed_copy_ends_with_one_and_a_sentence(origin: str, tmp_path: Path) -> None:
    assert copied(origin, tmp_path).returncode == 0

    again = copied(origin, tmp_path)

    assert again.returncode == 1
    assert again.stdout == ""
    assert "is in use: its table" in again.stderr
    assert "Copy into a new, empty database." in again.stderr
