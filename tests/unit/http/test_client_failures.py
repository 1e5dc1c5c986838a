"""The outcome table of design.md rule 5, row by row, on real sockets."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import pytest

from engine.core.attempt import Outcome
from engine.http.client import FailureKind, HttpAnswer, HttpClient, HttpFailure, HttpRequest
from engine.http.guard import TargetGuard
from engine.http.outcome import classify
from tests.fault_server import FaultServer
from tests.unit.http.certificates import Certificates, make_certificates

LIMIT = 100_000
SHORT_S = 0.3
LONG_S = 10.0


@dataclass(frozen=True)
class Row:
    behaviour: str
    kind: FailureKind
    outcome: Outcome
    status: int | None = None
    arrives: bool = True
    timeout_s: float = LONG_S
    scheme: str = "http"
    or_kind: FailureKind | None = None  # where the system may notice it a moment earlier


NOT_SENT = [
    Row("refused", FailureKind.REFUSED, Outcome.NOT_SENT, arrives=False),
    Row("ok", FailureKind.TLS, Outcome.NOT_SENT, arrives=False, scheme="https"),
    Row("silent", FailureKind.CONNECT_TIMEOUT, Outcome.NOT_SENT, arrives=False, scheme="https"),
    *(
        Row(
            f"{end}_before_reading",
            FailureKind.TLS,
            Outcome.NOT_SENT,
            arrives=False,
            scheme="https",
            or_kind=FailureKind.CONNECT,
        )
        for end in ("reset", "close")
    ),
]
NO_ANSWER = [
    Row("reset_after_request", FailureKind.RESET, Outcome.UNKNOWN),
    Row("close_after_request", FailureKind.CLOSED, Outcome.UNKNOWN),
    Row("early_reset", FailureKind.RESET, Outcome.UNKNOWN),
    Row("hang_after_request", FailureKind.TIMEOUT, Outcome.UNKNOWN, timeout_s=SHORT_S),
    Row("slow_head", FailureKind.TIMEOUT, Outcome.UNKNOWN, timeout_s=SHORT_S),
    Row("silent", FailureKind.TIMEOUT, Outcome.UNKNOWN, arrives=False, timeout_s=SHORT_S),
    Row("junk", FailureKind.PROTOCOL, Outcome.UNKNOWN),
    Row("endless_head", FailureKind.PROTOCOL, Outcome.UNKNOWN),
]
HALF_AN_ANSWER = [
    Row("truncated", FailureKind.TRUNCATED, Outcome.UNKNOWN, 200),
    Row("truncated_chunked", FailureKind.TRUNCATED, Outcome.UNKNOWN, 200),
    Row("reset_in_body", FailureKind.RESET, Outcome.UNKNOWN, 200),
    Row("hang_in_body", FailureKind.TIMEOUT, Outcome.UNKNOWN, 200, timeout_s=SHORT_S),
    Row("hang_after_head", FailureKind.TIMEOUT, Outcome.UNKNOWN, 200, timeout_s=SHORT_S),
    Row("slow_body", FailureKind.TIMEOUT, Outcome.UNKNOWN, 200, timeout_s=SHORT_S),
    Row("bad_chunk", FailureKind.PROTOCOL, Outcome.UNKNOWN, 200),
    Row("bad_gzip", FailureKind.DECODE, Outcome.UNKNOWN, 200),
    Row("truncated_gzip", FailureKind.DECODE, Outcome.UNKNOWN, 200),
    Row("endless", FailureKind.TOO_LARGE, Outcome.UNKNOWN, 200),
    Row("endless_until_close", FailureKind.TOO_LARGE, Outcome.UNKNOWN, 200),
    Row("gzip_bomb", FailureKind.TOO_LARGE, Outcome.UNKNOWN, 200),
]


@pytest.mark.parametrize(
    "row", NOT_SENT + NO_ANSWER + HALF_AN_ANSWER, ids=lambda row: f"{row.scheme}-{row.behaviour}"
)
async def test_a_failure_says_what_is_known_and_no_more(
    server: FaultServer, client: HttpClient, row: Row
) -> None:
    url = server.url(row.behaviour, scheme=row.scheme) + "?api_key=geheim"
    result = await client.send(
        HttpRequest("POST", url, (("X-Key", "geheim"),), b"{}" * 50),
        timeout_s=row.timeout_s,
        max_bytes=LIMIT,
    )
    assert isinstance(result, HttpFailure)
    assert (result.kind, result.status) in ((row.kind, row.status), (row.or_kind, row.status))
    assert result.surely_not_sent is (row.outcome is Outcome.NOT_SENT)
    assert classify(result, None, now_s=0).outcome is row.outcome
    assert classify(result, True, now_s=0).outcome is row.outcome
    assert len(server.received) == (1 if row.arrives else 0)
    assert len(result.body) <= LIMIT
    assert len(result.body) <= result.length
    assert result.text.endswith(".")
    assert "geheim" not in result.text


@pytest.mark.parametrize("end", ["reset", "close"])
async def test_a_connection_lost_before_anything_was_read_is_not_sent_only_if_never_open(
    server: FaultServer, client: HttpClient, end: str
) -> None:
    request = HttpRequest("POST", server.url(f"{end}_before_reading"), (), b"{}")
    for _ in range(20):
        result = await client.send(request, timeout_s=LONG_S, max_bytes=LIMIT)
        assert isinstance(result, HttpFailure)
        assert result.surely_not_sent is (result.kind is FailureKind.CONNECT)
        assert result.kind in (FailureKind.CONNECT, FailureKind.RESET, FailureKind.CLOSED)


async def test_a_name_that_does_not_exist_is_not_sent(client: HttpClient) -> None:
    request = HttpRequest("GET", "http://erp.invalid/orders?api_key=geheim", (), None)
    result = await client.send(request, timeout_s=LONG_S, max_bytes=LIMIT)
    assert isinstance(result, HttpFailure)
    assert result.kind is FailureKind.DNS
    assert result.surely_not_sent
    assert "http://erp.invalid" in result.text


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("", FailureKind.BAD_URL),
        ("/orders", FailureKind.BAD_URL),
        ("http://", FailureKind.BAD_URL),
        ("http://a b/", FailureKind.BAD_URL),
        ("http://shop:99999/", FailureKind.BAD_URL),
        ("ftp://127.0.0.1/x", FailureKind.BAD_URL),
        ("file:///etc/passwd", FailureKind.BAD_URL),
        ("http://169.254.169.254/latest", FailureKind.FORBIDDEN_TARGET),
        ("http://2852039166/latest", FailureKind.FORBIDDEN_TARGET),
        ("http://169。254。169。254/", FailureKind.FORBIDDEN_TARGET),
        ("http:/169.254.169.254/", FailureKind.FORBIDDEN_TARGET),
        ("http://erp.example@169.254.169.254/", FailureKind.FORBIDDEN_TARGET),
        ("http://169.254.169.254\\@erp.example/", FailureKind.FORBIDDEN_TARGET),
        ("http://169.2\t54.169.254/", FailureKind.FORBIDDEN_TARGET),
        ("http://[::ffff:169.254.169.254]/", FailureKind.FORBIDDEN_TARGET),
        ("http:////169.254.169.254/", FailureKind.FORBIDDEN_TARGET),
    ],
)
async def test_an_address_that_cannot_or_must_not_be_asked_is_not_sent(
    server: FaultServer, client: HttpClient, url: str, kind: FailureKind
) -> None:
    for admitted in ("http://", "http:////"):
        good = HttpRequest("GET", f"{admitted}127.0.0.1:{server.port}/ok", (), None)
        assert isinstance(await client.send(good, timeout_s=5, max_bytes=LIMIT), HttpAnswer)
    for _ in range(2):  # nor may it be admitted from memory
        result = await client.send(HttpRequest("GET", url, (), None), timeout_s=1, max_bytes=LIMIT)
        assert isinstance(result, HttpFailure)
        assert (result.kind, result.surely_not_sent) == (kind, True)


@pytest.mark.parametrize(
    ("method", "header"),
    [
        ("GE T", ("X-A", "b")),
        ("GET", ("X A", "b")),
        ("GET", ("X-A", "geheim\r\nX-B: c")),
        ("POST", ("Content-Length", "3")),
        ("POST", ("transfer-encoding", "chunked")),
        ("GET", ("Host", "other.example")),
    ],
)
async def test_a_request_that_cannot_be_written_is_not_sent(
    server: FaultServer, client: HttpClient, method: str, header: tuple[str, str]
) -> None:
    request = HttpRequest(method, server.url("ok"), (header,), b"{}")
    result = await client.send(request, timeout_s=1, max_bytes=LIMIT)
    assert isinstance(result, HttpFailure)
    assert (result.kind, result.surely_not_sent) == (FailureKind.BAD_REQUEST, True)
    assert "geheim" not in result.text
    assert server.received == []


async def test_the_nodes_own_api_is_no_target_by_address_or_name(server: FaultServer) -> None:
    client = HttpClient(user_agent="t", forbidden=TargetGuard([server.port]))
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "127.1", "[::1]"):
        url = f"http://{host}:{server.port}/ok"
        result = await client.send(HttpRequest("GET", url, (), None), timeout_s=5, max_bytes=LIMIT)
        assert isinstance(result, HttpFailure), host
        assert result.kind is FailureKind.FORBIDDEN_TARGET, host
    await client.close()
    assert server.connections == 0


async def test_a_port_protected_later_is_refused_once_admissions_are_forgotten(
    server: FaultServer,
) -> None:
    guard = TargetGuard()
    client = HttpClient(user_agent="t", forbidden=guard)
    request = HttpRequest("GET", server.url("ok"), (), None)
    assert isinstance(await client.send(request, timeout_s=5, max_bytes=LIMIT), HttpAnswer)
    guard.protect_port(server.port)
    client.forget_admissions()
    result = await client.send(request, timeout_s=5, max_bytes=LIMIT)
    await client.close()
    assert isinstance(result, HttpFailure)
    assert result.kind is FailureKind.FORBIDDEN_TARGET


async def test_a_closed_client_sends_nothing(server: FaultServer) -> None:
    client = HttpClient(user_agent="t", forbidden=TargetGuard())
    request = HttpRequest("GET", server.url("ok"), (), None)
    assert isinstance(await client.send(request, timeout_s=5, max_bytes=LIMIT), HttpAnswer)
    await client.close()
    await client.close()
    result = await client.send(request, timeout_s=5, max_bytes=LIMIT)
    assert isinstance(result, HttpFailure)
    assert result.surely_not_sent
    assert len(server.received) == 1


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


def _tls(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server_pem)
    return context


async def test_an_unknown_certificate_is_not_sent(certificates: Certificates) -> None:
    async with FaultServer(tls=_tls(certificates)) as server:
        client = HttpClient(user_agent="t", forbidden=TargetGuard())
        result = await client.send(
            HttpRequest("GET", server.url("ok"), (), None), timeout_s=5, max_bytes=LIMIT
        )
        await client.close()
        assert isinstance(result, HttpFailure)
        assert (result.kind, result.surely_not_sent) == (FailureKind.TLS, True)
        assert server.received == []


async def test_a_certificate_can_be_trusted_beside_the_systems(
    certificates: Certificates,
) -> None:
    async with FaultServer(tls=_tls(certificates)) as server:
        client = HttpClient(
            user_agent="t", forbidden=TargetGuard(), extra_trust_pem=certificates.bundle
        )
        result = await client.send(
            HttpRequest("GET", server.url("ok"), (), None), timeout_s=5, max_bytes=LIMIT
        )
        lost = await client.send(
            HttpRequest("GET", server.url("reset_after_request"), (), None),
            timeout_s=5,
            max_bytes=LIMIT,
        )
        await client.close()
        assert isinstance(result, HttpAnswer)
        assert isinstance(lost, HttpFailure)
        assert not lost.surely_not_sent
