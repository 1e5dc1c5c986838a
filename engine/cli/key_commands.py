"""key: the key that secrets are sealed with, brought from one machine to another.

Nodes that share a database must have the same one.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from engine.cli.mistakes import DONE
from engine.cli.terminal import Terminal
from engine.config import Home
from engine.operations.master_key import MasterKeyPlace


def export_key(options: Namespace, terminal: Terminal) -> int:
    """Write this machine's key into a file."""
    to = Path(options.file)
    MasterKeyPlace(Home.from_environment().make().key_file).export(to)
    terminal.say(f"The key is in {to}. Who has it can open every secret: remove it after use.")
    return DONE


def import_key(options: Namespace, terminal: Terminal) -> int:
    """Take the key of another machine."""
    place = MasterKeyPlace(Home.from_environment().make().key_file)
    place.bring(Path(options.file), replace=options.replace)
    terminal.say("This machine has that key now. A node that runs here must be started again.")
    return DONE
