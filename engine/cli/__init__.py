"""The command line: ``main`` is the program's entry. Each module has one subject.

parser     the words and options of every command
connect    which node or database a command talks to
terminal   what goes to the screen: tables, JSON, questions, progress
mistakes   how errors are told, and which exit code they have
*_commands what the commands do, over the API's client
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code: 0 done, 1 it failed, 2 wrong usage, 130 interrupted."""
    from engine.cli.run import run  # so that `import engine.cli` stays light

    return run(argv)
