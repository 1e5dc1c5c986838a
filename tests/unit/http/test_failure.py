"""Chains of causes that are not easily made on one machine; the others: test_client_failures."""

from __future__ import annotations

import pytest

from engine.http.failure import ErrorType, before_answer, in_body, sentence
from engine.http.message import FailureKind

URL_CAUSE = "error sending request for url (http://erp.example/?api_key=geheim)"
OF_THE_CLIENT_ITSELF = {
    FailureKind.TOO_LARGE,
    FailureKind.BAD_URL,
    FailureKind.BAD_REQUEST,
    FailureKind.FORBIDDEN_TARGET,
    FailureKind.AUTH,
}
"""Kinds that do not come from the library's errors; they bring a sentence of their own."""


@pytest.mark.parametrize(
    ("causes", "kind"),
    [
        (["tcp connect error", "Connection refused (os error 111)"], FailureKind.REFUSED),
        (["tcp connect error", "actively refused it. (os error 10061)"], FailureKind.REFUSED),
        (["tcp connect error", "No route to host (os error 113)"], FailureKind.CONNECT),
        (["dns error", "failed to lookup address information"], FailureKind.DNS),
        (["invalid peer certificate: Expired"], FailureKind.TLS),
        (["something new"], FailureKind.TLS),
    ],
)
def test_whatever_fails_in_the_connect_phase_is_surely_not_sent(
    causes: list[str], kind: FailureKind
) -> None:
    chain = [URL_CAUSE, "client error (Connect)", *causes]
    assert before_answer(ErrorType.OTHER, chain, secure=True) == (kind, True)
    told = (FailureKind.CONNECT_TIMEOUT, True)
    assert before_answer(ErrorType.TIMEOUT, chain, secure=True) == told


@pytest.mark.parametrize("kind", list(ErrorType))
@pytest.mark.parametrize(
    "causes",
    [
        [],
        [URL_CAUSE],
        [URL_CAUSE, "something new"],
        [URL_CAUSE, "client error (SendRequest)", "something new"],
        [URL_CAUSE, "client error (Connection)"],
        [URL_CAUSE, "tcp connect error", "Connection refused"],
    ],
)
def test_what_is_not_recognised_may_have_been_sent(kind: ErrorType, causes: list[str]) -> None:
    assert before_answer(kind, causes, secure=False)[1] is False


def test_an_unknown_end_of_a_body_is_no_complete_answer() -> None:
    assert in_body(ErrorType.OTHER, []) is FailureKind.OTHER
    assert in_body(ErrorType.OTHER, ["error reading a body from connection", "new"]) is (
        FailureKind.RESET
    )


@pytest.mark.parametrize("kind", [k for k in FailureKind if k not in OF_THE_CLIENT_ITSELF])
@pytest.mark.parametrize("causes", [[], [URL_CAUSE], [URL_CAUSE, "os error 5"]])
def test_a_sentence_names_the_server_and_no_secret(kind: FailureKind, causes: list[str]) -> None:
    told = sentence(kind, "http://erp.example", causes)
    assert "http://erp.example" in told
    assert told.endswith(".")
    assert "geheim" not in told
