"""The local node and the form of an address."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from engine.core.places import LOCAL_NODE_FILE, data_directory


class LocalNode(NamedTuple):
    """Where this user's node answers. fingerprint: of its certificate, "" without TLS."""

    url: str
    token: str
    fingerprint: str = ""


def read_local_node(environ: Mapping[str, str] | None = None) -> LocalNode | None:
    """Where this user's local node answers, or None where none runs.

    Not proof that it answers: only that its process is there (on Windows: that the file is).
    """
    place = data_directory(sys.platform, os.environ if environ is None else environ, Path.home())
    try:
        content = json.loads((place / LOCAL_NODE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    match content:
        case {"url": str(url), "token": str(token), "pid": int(pid)}:
            fingerprint = str(content.get("fingerprint", ""))
            return LocalNode(url, token, fingerprint) if _runs(pid) else None
        case _:
            return None


def check_url(url: str) -> str:
    """The node's address without a trailing slash; ValueError with a sentence if it is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f'"{url}" is not an address; write it as http://HOST:PORT')
    if parts.username or parts.password or parts.query:
        raise ValueError("A token does not belong into the address; hand it over on its own")
    return f"{parts.scheme}://{parts.netloc}"


def _runs(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # there, os.kill(pid, 0) would end the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
