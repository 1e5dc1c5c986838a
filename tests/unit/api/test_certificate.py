"""Certificates of nodes on real TLS sockets: unknown, pinned, changed; and no token before that."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.api.client import ConnectionLost, Loss, NodeClient, look_at_certificate
from tests.unit.http.certificates import make_certificates

ANSWER = (
    b'{"name":"far","version":"1","started_at":1,"now":2,"database":"sqlite:///x",'
    b'"producing":true,"ledger_id":"a"}'
)


@dataclass
class TlsServer:
    """Answers every request as a node does; heard: what came in, decrypted."""

    url: str = ""
    heard: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heard.append(await reader.readuntil(b"\r\n\r\n"))
            head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
            writer.write(head + str(len(ANSWER)).encode() + b"\r\n\r\n" + ANSWER)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def serving(folder: Path) -> tuple[asyncio.Server, TlsServer]:
    folder.mkdir()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificates(folder).server_pem)
    made = TlsServer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=context)
    made.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    return server, made


@pytest.fixture
async def tls(tmp_path: Path) -> AsyncIterator[TlsServer]:
    server, made = await serving(tmp_path / "one")
    yield made
    server.close()


async def test_a_certificate_nobody_vouches_for_is_refused_and_no_token_goes_out(
    tls: TlsServer,
) -> None:
    async with NodeClient(tls.url, "secret-token") as client:
        with pytest.raises(ConnectionLost, match="Nobody known vouches") as lost:
            await client.node()
    assert lost.value.why is Loss.CERTIFICATE_UNKNOWN
    assert tls.heard == []


async def test_a_pinned_certificate_is_accepted(tls: TlsServer) -> None:
    fingerprint = await look_at_certificate(tls.url)
    assert len(fingerprint) == 64
    async with NodeClient(tls.url, "t", fingerprint=fingerprint) as client:
        assert (await client.node()).name == "far"


async def test_another_certificate_than_the_pinned_one_gets_no_token(
    tls: TlsServer, tmp_path: Path
) -> None:
    other_server, other = await serving(tmp_path / "two")
    try:
        fingerprint = await look_at_certificate(tls.url)
        async with NodeClient(other.url, "secret-token", fingerprint=fingerprint) as client:
            with pytest.raises(ConnectionLost, match="not the one you trusted") as lost:
                await client.node()
    finally:
        other_server.close()
    assert lost.value.why is Loss.CERTIFICATE_CHANGED
    assert other.heard == []


async def test_looking_at_a_certificate_sends_nothing(tls: TlsServer) -> None:
    await look_at_certificate(tls.url)
    await asyncio.sleep(0)
    assert tls.heard == []


async def test_no_tls_and_nobody_there_are_told_apart(tls: TlsServer) -> None:
    plain = await asyncio.start_server(_hello, "127.0.0.1", 0)
    port = plain.sockets[0].getsockname()[1]
    with pytest.raises(ConnectionLost, match="does not speak TLS"):
        await look_at_certificate(f"https://127.0.0.1:{port}")
    async with NodeClient(f"https://127.0.0.1:{port}", "t") as client:
        with pytest.raises(ConnectionLost, match="does not speak TLS"):
            await client.node()
    plain.close()
    await plain.wait_closed()
    with pytest.raises(ConnectionLost, match="No node answers") as lost:
        await look_at_certificate(f"https://127.0.0.1:{port}")
    assert lost.value.why is Loss.UNREACHABLE


async def _hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ready\r\n")
    await reader.read(100)
    writer.close()


async def test_a_name_that_leads_nowhere_has_a_sentence_of_its_own() -> None:
    async with NodeClient("https://node.invalid:7443", "t") as client:
        with pytest.raises(ConnectionLost, match="leads to no machine") as lost:
            await client.node()
    assert lost.value.why is Loss.UNKNOWN_NAME
