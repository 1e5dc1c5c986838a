"""The console's tests fail on what is left behind and on any warning of Qt: seen once each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUND = {
    "test_a_timer": "a timer still runs: every 60000 ms",
    "test_a_widget": "a widget is left behind: QWidget",
    "test_a_thread": "a thread still runs: forgotten",
    "test_a_thread_of_qt": "a thread of Qt still runs: QThread",
    "test_a_warning_of_qt": "Failure: Qt messages with level WARNING or above emitted",
}


@pytest.mark.parametrize("leaky", FOUND)
def test_what_is_left_behind_fails_a_test(leaky: str) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"tests/gui/leaky.py::{leaky}",
        ],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert ran.returncode != 0, ran.stdout
    assert FOUND[leaky] in ran.stdout
