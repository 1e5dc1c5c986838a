"""How errors are told: one sentence and a hint on stderr, never a traceback; and their exit codes.

A bug leaves a report in the data directory.
"""

from __future__ import annotations

import contextlib
import platform
import time
import traceback
from pathlib import Path

from engine import __version__
from engine.api.client import ApiError, ConnectionLost
from engine.cli.terminal import Terminal
from engine.config import Home
from engine.core.errors import DocumentError, OperatorError

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class WrongUsage(Exception):
    """The words of the command do not go together; a sentence."""


class Declined(Exception):
    """The operator was asked and did not say yes."""


def told(error: BaseException, terminal: Terminal, what: str = "") -> int:
    """Tell the error; the exit code it stands for. ``what``: what it happened to, or ""."""
    before = f"{what}: " if what else ""
    match error:
        case WrongUsage():
            terminal.tell(f"jellyfish: {error}")
            return WRONG_USAGE
        case Declined():
            terminal.tell("Nothing was done.")
            return FAILED
        case DocumentError() | ApiError() if error.problems:
            terminal.tell(f"{before}{_refusal(len(error.problems))}")
            for problem in error.problems:
                place = f"{problem.path}: " if problem.path else ""
                terminal.tell(f"  {place}{problem.sentence}")
                if problem.hint:
                    terminal.tell(f"    {problem.hint}")
            return FAILED
        case OperatorError() | ApiError() | ConnectionLost():
            terminal.tell(f"{before}{error.sentence}")
            if error.hint:
                terminal.tell(error.hint)
            if isinstance(error, ApiError) and error.code == "bug":
                terminal.tell(f"Request id: {error.request_id}")
            return FAILED
        case KeyboardInterrupt():
            return INTERRUPTED
        case _:
            return _bug(error, terminal)


def _refusal(count: int) -> str:
    return "It was refused:" if count == 1 else f"It was refused for {count} reasons:"


def _bug(error: BaseException, terminal: Terminal) -> int:
    report = _report(error)
    terminal.tell("jellyfish met a fault of its own; this should not happen.")
    if report is not None:
        terminal.tell(f"Please report it with the file {report}.")
    return FAILED


def _report(error: BaseException) -> Path | None:
    """Write the traceback into the data directory; None where even that fails."""
    text = "\n".join(
        [
            f"Data JellyFish {__version__}",
            f"Python {platform.python_version()} on {platform.platform()}",
            "",
            "".join(traceback.format_exception(error)),
        ]
    )
    with contextlib.suppress(OSError, OperatorError):
        folder = Home.from_environment().make().reports
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"fault-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.txt"
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
        return file
    return None
