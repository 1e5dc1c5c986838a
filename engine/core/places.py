"""Where the product keeps its things on a machine: a pure function of platform and environment.

Shared by the engine's configuration and the API's client, which finds the local node by it.
Not for reading or making anything: see ``engine.config`` and ``engine.api.client``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = "data-jellyfish"
LOCAL_NODE_FILE = "node.json"
"""In the data directory: ``{"url", "token", "pid"}`` of the node that runs on this machine."""


def data_directory(platform: str, environ: Mapping[str, str], home: Path) -> Path:
    """The directory of database, key, log and reports; ``platform`` as ``sys.platform`` names it.

    ``JELLYFISH_HOME`` goes before the platform's own place.
    """
    if chosen := environ.get("JELLYFISH_HOME"):
        return Path(chosen).expanduser().absolute()
    if platform == "win32":
        roaming = environ.get("APPDATA")
        return (Path(roaming) if roaming else home / "AppData" / "Roaming") / FOLDER
    if platform == "darwin":
        return home / "Library" / "Application Support" / FOLDER
    shared = environ.get("XDG_DATA_HOME", "")
    return (Path(shared) if shared.startswith("/") else home / ".local" / "share") / FOLDER


def database_label(url: str) -> str:
    """A database's kind and place, without user, password and options: safe to show anywhere."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}"
