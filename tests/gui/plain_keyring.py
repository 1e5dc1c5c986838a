"""A keyring for tests: keeps what it is given in the file of PLAIN_KEYRING, and says it is safe."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class PlainKeyring(KeyringBackend):
    """See the module."""

    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        return _kept().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        _write({**_kept(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        _write({name: one for name, one in _kept().items() if name != f"{service}/{username}"})


def _kept() -> dict[str, str]:
    file = Path(os.environ["PLAIN_KEYRING"])
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _write(kept: dict[str, str]) -> None:
    Path(os.environ["PLAIN_KEYRING"]).write_text(json.dumps(kept))
