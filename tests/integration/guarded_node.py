"""A real node process with TLS and tokens, spoken to over plain sockets from many addresses.

One process serves a whole module of tests, so they call from addresses of their own: what is
counted for one must not be counted for another. Not for well-behaved clients: ``NodeClient``.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from engine.api.client import read_local_node

START_S = 60.0
_hosts = count()


def environment(home: Path) -> dict[str, str]:
    """What a command of this data directory sees."""
    environ = {name: value for name, value in os.environ.items() if "JELLYFISH" not in name}
    return environ | {
        "JELLYFISH_HOME": str(home),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "LC_ALL": "C.UTF-8",
    }


def jellyfish(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def own_address() -> str:
    """An address of this machine that nobody else here calls from."""
    net, host = divmod(next(_hosts), 200)
    return f"127.0.{1 + net}.{20 + host}"


@dataclass
class Answer:
    """What came back on a socket: "" and nothing where the connection was closed without one."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def code(self) -> str:
        """The error's code."""
        return str(json.loads(self.body)["code"])


@dataclass
class GuardedNode:
    """The node under test. ``token``: its own, scope admin."""

    home: Path
    process: subprocess.Popen[bytes]
    port: int = 0
    token: str = ""

    @property
    def url(self) -> str:
        """As a client writes it."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        """What clients pin."""
        return self.home / "node-certificate.pem"

    @property
    def log(self) -> str:
        """What it has logged."""
        return (self.home / "node.log").read_text(encoding="utf-8")

    def trust(self) -> ssl.SSLContext:
        """A client's side of TLS."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def client(
        self, token: str | None = None, *, address: str = "", **headers: str
    ) -> httpx.Client:
        """Plain HTTP over TLS; token "" sends none."""
        given = self.token if token is None else token
        if given:
            headers["authorization"] = f"Bearer {given}"
        transport = httpx.HTTPTransport(verify=self.trust(), local_address=address or own_address())
        return httpx.Client(
            base_url=f"{self.url}/api/v1", headers=headers, transport=transport, timeout=60
        )

    def make_token(self, name: str, scope: str = "read") -> tuple[int, str]:
        """Its id and text."""
        with self.client() as client:
            made = client.post("/tokens", json={"name": name, "scope": scope})
        assert made.status_code == 200, made.text
        return int(made.json()["id"]), str(made.json()["token"])

    def audit(self, who: str) -> list[dict[str, Any]]:
        """What this caller did, oldest first."""
        with self.client() as client:
            entries = client.get("/audit", params={"limit": 1000}).json()["entries"]
        return [one for one in reversed(entries) if one["by"] == who]

    def connect(self, address: str, *, tls: bool = True, timeout_s: float = 60) -> socket.socket:
        """A socket to it; with ``tls`` after the handshake."""
        raw = socket.create_connection(
            ("127.0.0.1", self.port), timeout=timeout_s, source_address=(address, 0)
        )
        if not tls:
            return raw
        try:
            return self.trust().wrap_socket(raw, server_hostname="127.0.0.1")
        except BaseException:
            raw.close()
            raise

    def head(self, path: str = "/api/v1/node", method: str = "GET", **headers: str) -> bytes:
        """A request's head as bytes."""
        given = {"host": "127.0.0.1", "authorization": f"Bearer {self.token}"} | headers
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in given.items())]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def answer_on(connection: socket.socket) -> Answer:
    """Read one answer with a length, or what there is when the connection ends."""
    received = b""
    try:
        while b"\r\n\r\n" not in received:
            if not (more := connection.recv(65536)):
                return Answer()
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {
            name.lower(): text.strip() for name, _, text in (x.partition(":") for x in lines)
        }
        while len(body) < int(headers.get("content-length", 0)):
            if not (more := connection.recv(65536)):
                break
            body += more
    except (ConnectionError, ssl.SSLError):
        return Answer()
    return Answer(int(first.split()[1]), headers, body)


def is_closed(connection: socket.socket) -> bool:
    """Wait until the other side closes; False when its time ran out first."""
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except (ConnectionError, ssl.SSLError):
        pass
    return True


@contextlib.contextmanager
def guarded_node(home: Path) -> Iterator[GuardedNode]:
    """Make its certificate and start it; ended in order."""
    home.mkdir(exist_ok=True)
    made = jellyfish(home, "certificate", "make")
    assert made.returncode == 0, made.stderr
    files = (
        *("--certificate", str(home / "node-certificate.pem")),
        *("--key", str(home / "node-certificate-key.pem")),
    )
    with (home / "stderr.log").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0", *files],
            env=environment(home),
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    try:
        yield _found(GuardedNode(home, process))
    finally:
        process.terminate()
        process.wait(60)


def _found(node: GuardedNode) -> GuardedNode:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and node.process.poll() is None:
        found = read_local_node({"JELLYFISH_HOME": str(node.home)})
        if found is not None:
            node.port = int(found.url.rpartition(":")[2])
            node.token = found.token
            return node
        time.sleep(0.05)
    raise AssertionError((node.home / "stderr.log").read_text())
