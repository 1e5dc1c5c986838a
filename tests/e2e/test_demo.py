"""``jellyfish demo`` without a display, as ``make demo`` runs it where there is none."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest


async def start_demo(*words: str) -> asyncio.subprocess.Process:
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.cli",
        "demo",
        *words,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.timeout(180)
async def test_the_demo_delivers_tells_what_the_faults_did_and_checks_itself() -> None:
    process = await start_demo("--records", "150")
    out, err = await process.communicate()
    said = out.decode()
    assert process.returncode == 0, err.decode()
    assert "0 broken" in said
    assert "answers lost" in said
    assert "Traceback" not in err.decode()


@pytest.mark.timeout(120)
async def test_the_demo_takes_everything_it_started_with_it() -> None:
    process = await start_demo("--records", "1000000")
    assert process.stdout is not None
    await process.stdout.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 2
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


async def test_wrong_words_are_refused() -> None:
    process = await start_demo("--records", "0")
    _, err = await process.communicate()
    assert process.returncode == 2
    assert "--records must be at least 1" in err.decode()
