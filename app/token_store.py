"""Tokens of saved nodes: in the system's keyring, or in a file only this user reads.

The keyring is asked in a process of its own: it may take long, or ask for a password, and the
window must not wait. Not for what may be read by anybody: ``settings``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QStandardPaths

SERVICE = "data-jellyfish console"
NO_KEYRING = 3
ANSWER_WITHIN_S = 30.0
LOOK_EVERY_S = 0.01
PROGRAM = f"""
import sys
import keyring
what, name = sys.argv[1:]
backend = keyring.get_keyring()
if backend.priority < 1:
    sys.exit({NO_KEYRING})
try:
    if what == "get":
        sys.stdout.write(backend.get_password({SERVICE!r}, name) or "")
    elif what == "set":
        backend.set_password({SERVICE!r}, name, sys.stdin.read())
    elif backend.get_password({SERVICE!r}, name) is not None:
        backend.delete_password({SERVICE!r}, name)
except Exception:
    sys.exit({NO_KEYRING})
"""
"""Backends below priority 1 keep plain text or nothing; any failure means: not there."""


def token_store(environ: Mapping[str, str] | None = None) -> TokenStore:
    """The store of this user, beside the console's other things."""
    given = os.environ if environ is None else environ
    home = given.get("JELLYFISH_HOME")
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    folder = Path(home) if home else Path(QStandardPaths.writableLocation(place))
    return TokenStore(folder / "console-tokens.json", given)


class TokenStore:
    """file: where tokens go on a system without a keyring; made with mode 0600."""

    def __init__(self, file: Path, environ: Mapping[str, str] | None = None) -> None:
        self._file = file
        self._environ = dict(os.environ if environ is None else environ)

    async def get(self, name: str) -> str:
        """The token kept under that name; "" for none."""
        kept = self._read().get(name)
        if kept is not None:
            return kept
        code, text = await self._ask("get", name)
        return text if code == 0 else ""

    async def put(self, name: str, token: str) -> None:
        """Keep it. Raises OSError where neither the keyring nor the disk takes it."""
        code, _ = await self._ask("set", name, token)
        kept = self._read()
        if code == 0:
            kept.pop(name, None)
        else:
            kept[name] = token
        self._write(kept)

    async def delete(self, name: str) -> None:
        """Forget it; it may not be there."""
        kept = self._read()
        if kept.pop(name, None) is not None:
            self._write(kept)
        else:
            await self._ask("delete", name)

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(token) for name, token in kept.items()}

    def _write(self, kept: Mapping[str, str]) -> None:
        if not kept:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self._file.with_suffix(".new")
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        new.replace(self._file)

    async def _ask(self, what: str, name: str, given: str = "") -> tuple[int, str]:
        process = QProcess()
        environment = QProcessEnvironment()
        for key, value in self._environ.items():
            environment.insert(key, value)
        process.setProcessEnvironment(environment)
        process.start(sys.executable, ["-c", PROGRAM, what, name])
        process.write(given.encode())
        process.closeWriteChannel()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + ANSWER_WITHIN_S
        while process.state() is not QProcess.ProcessState.NotRunning:
            if loop.time() > deadline:
                process.kill()
            await asyncio.sleep(LOOK_EVERY_S)
        failed = process.exitStatus() is not QProcess.ExitStatus.NormalExit
        text = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
        process.deleteLater()
        return (NO_KEYRING if failed else process.exitCode()), text
