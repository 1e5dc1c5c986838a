"""Runs a command: reads the words, connects, does it, tells what went wrong."""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import cast

from engine.cli.certificate_commands import make, show, tls_of
from engine.cli.connect import connected
from engine.cli.copy_commands import copy_ledger
from engine.cli.key_commands import export_key, import_key
from engine.cli.mistakes import DONE, FAILED, INTERRUPTED, told
from engine.cli.parser import build_parser
from engine.cli.terminal import Terminal
from engine.config import Home, logging_to
from engine.core.errors import OperatorError
from engine.language.speech import of_environment, speaking
from engine.services.lease_times import LeaseTimes

CONSOLE_PARTS = ("PySide6", "shiboken6", "qasync", "pyqtgraph", "numpy")


def run(argv: Sequence[str] | None = None, terminal: Terminal | None = None) -> int:
    """Run one command; the exit code. Raises only the SystemExit of --help and wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    terminal = terminal or Terminal()
    try:
        with speaking(of_environment(os.environ)):
            code = _run(words, terminal)
        terminal.out.flush()
        return code
    except BrokenPipeError:
        return _pipe_closed(terminal)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    except Exception as error:  # the last edge: a bug becomes a sentence and a report
        with speaking(of_environment(os.environ)):
            return told(error, terminal)


def _run(words: list[str], terminal: Terminal) -> int:
    if words and words[0] == "demo":
        return int(importlib.import_module("engine.demo").main(words[1:]) or 0)
    options = build_parser().parse_args(words)
    match options.special:
        case "console":
            return _console()
        case "node":
            return _node(options, terminal)
        case "copy":
            return copy_ledger(options, terminal)
        case "certificate make":
            return make(options, terminal)
        case "certificate show":
            return show(options, terminal)
        case "key export":
            return export_key(options, terminal)
        case "key import":
            return import_key(options, terminal)
        case _:
            return asyncio.run(_over_client(options, terminal))


async def _over_client(options: Namespace, terminal: Terminal) -> int:
    async with connected(options) as client:
        code: int = await options.run(client, options, terminal)
        return code


def _console() -> int:
    try:
        console = importlib.import_module("app.main")
    except ImportError as error:
        part = (error.name or "").partition(".")[0]
        if part not in CONSOLE_PARTS:
            raise
        if isinstance(error, ModuleNotFoundError):
            raise OperatorError(
                f"The console's libraries are not installed ({part} is missing).",
                hint='Install them: pip install "data-jellyfish[console]"; '
                "the node and all commands work without.",
            ) from None
        raise OperatorError(
            f"The console's libraries do not load: {error}.",
            hint="They need parts of the system, such as libegl1 and libxkbcommon on Debian.",
        ) from None
    return int(console.main() or 0)


def _node(options: Namespace, terminal: Terminal) -> int:
    from engine.node import serve

    home = Home.from_environment().make()
    database = options.db or os.environ.get("JELLYFISH_DB") or home.database_url

    def ready(url: str) -> None:
        terminal.say(f"The node listens at {url}")
        terminal.out.flush()

    with (
        logging_to(home.log_file, to_stderr=True),
        asyncio.Runner(loop_factory=_fast_loop()) as runner,
    ):
        runner.run(
            serve(
                db_url=database,
                listen=options.listen,
                tls=tls_of(options, home),
                name=options.name or socket.gethostname(),
                advertise=options.advertise or "",
                ready=ready,
                lease_times=LeaseTimes.from_environment(os.environ),
            )
        )
    return DONE


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's or winloop's loop; asyncio's own where neither is installed."""
    try:
        fast = importlib.import_module("winloop" if os.name == "nt" else "uvloop")
        return cast("Callable[[], asyncio.AbstractEventLoop]", fast.new_event_loop)
    except ModuleNotFoundError:
        return None


def _pipe_closed(terminal: Terminal) -> int:
    """Whoever read the output has gone: say nothing, also not when Python closes the streams."""
    try:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, terminal.out.fileno())
        os.close(devnull)
    except (OSError, ValueError):
        return FAILED
    return DONE
