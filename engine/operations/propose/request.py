"""Turns a cURL command into the request of a job document, for either side. Pure.

Texts are escaped so that nothing in them is read as an expression. Headers that only a browser
needs are left out, and so are those the hub writes itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from engine.core.auth import HEADER_NAME
from engine.core.errors import OperatorError
from engine.http.guard import check_origin_is_fixed
from engine.operations.propose.curl import CurlCommand, NotCurl
from engine.operations.propose.names import table
from engine.operations.propose.proof import KnownSecrets, Proof, find_proof

_LEFT_OUT = table(
    "host connection content-length accept-encoding accept-language user-agent origin "
    "referer dnt pragma cache-control priority upgrade-insecure-requests te trailer "
    "transfer-encoding if-none-match if-modified-since postman-token x-requested-with "
    "expect keep-alive proxy-connection upgrade webhook-id webhook-timestamp "
    "webhook-signature jellyfish-attempt x-csrftoken"
)
_PLAIN_PARTS = re.compile(
    r"^(?:www|api|open|openapi|gateway|gw|rest|service|app|m|test|dev|uat|sandbox)$"
)
_NO_NAME = re.compile(
    r"^(?:v?\d+(?:\.\d+)*|api|rest|open|openapi|public|services?|query|list|search|find|page|get|"
    r"select|export|index|data|json|do|router|gateway|all|batch\w*|detail|info)$"
)
_VERBS = re.compile(
    r"(?:^(?:get|query|list|find|search|fetch|select|batch)(?=[A-Z_-])|"
    r"(?<=[a-z])(?:List|Page|Query|Search|ByPage|ByTime)$|[_-](?:list|query|page|search|get)$)"
)


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of a document's ``request``. name: what the job or consumer may be called."""

    fields: dict[str, Any]
    proof: Proof
    notes: tuple[str, ...]


def request_of(command: CurlCommand, known: KnownSecrets, side: str) -> Request:
    """The request of this command. Raises NotCurl for an address that cannot be one.

    side: what the other side is called where its host is only a number.
    """
    try:
        address = urlsplit(command.url)
        host = address.hostname
    except ValueError:
        host = None
    if not host:
        raise NotCurl("The address has no host.", hint="Write it as https://shop.example/orders.")
    user_info = address.username is not None
    if user_info and command.user is None:
        user = (unquote(address.username or ""), unquote(address.password or ""))
        command = CurlCommand(
            command.method, command.url, command.headers, command.body, user, command.notes
        )
    pairs = parse_qsl(address.query, keep_blank_values=True)
    query = dict(pairs)
    twice = len(query) != len(pairs)
    proof = find_proof(command, query, host_name(host, side), known)
    netloc = address.netloc.rpartition("@")[2]
    path = address.path if "{" not in address.path else unquote(address.path)
    url = _literal(f"{address.scheme.lower()}://{netloc}{path}")
    try:
        check_origin_is_fixed(url)
    except OperatorError as error:
        raise NotCurl(error.sentence, hint=error.hint) from None
    notes = [*command.notes, *proof.notes]
    if twice:
        notes.append("A parameter stands in the address several times; only its last value counts.")
    headers, left_out = _headers(command, proof)
    if left_out:
        told = "One header" if left_out == 1 else f"{left_out} headers"
        notes.append(f"{told} that only a browser or cURL itself needs were left out.")
    fields: dict[str, Any] = {"method": command.method, "url": url}
    query = {name: _literal(text) for name, text in query.items() if name not in proof.query}
    fields["query"] = query or None
    fields["headers"] = headers or None
    fields["body"] = _body(command)
    return Request(fields, proof, tuple(notes))


def host_name(host: str, side: str) -> str:
    """What an other side is called after its host: ``shop`` of ``api.shop.example``."""
    if re.fullmatch(r"[\d.]+|\[?[0-9a-f:]+\]?|localhost", host):
        return side
    parts = [part for part in host.split(".") if not _PLAIN_PARTS.match(part)]
    return (parts[0] if parts else host.split(".")[0]).lower()


def subject_of(url: str) -> str:
    """What an address is about, such as ``orders``; "" if it does not tell."""
    for part in reversed([unquote(part) for part in urlsplit(url).path.split("/") if part]):
        part = re.sub(r"\.(?:json|xml|csv|do|action|php|jsp|aspx)$", "", part)
        part = _VERBS.sub("", part)
        for piece in reversed(re.split(r"[.:]", part)):
            if _NO_NAME.match(piece.lower()) or not re.search(r"[^\W\d_]{2}", piece):
                continue
            if "{" in piece or "$" in piece:
                continue
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", piece).lower()
            return re.sub(r"[^\w-]+", "-", name).strip("-_")[:60]
    return ""


def _headers(command: CurlCommand, proof: Proof) -> tuple[dict[str, str], int]:
    kept: dict[str, str] = {}
    left_out = 0
    for name, value in command.headers:
        low = name.lower()
        if low in proof.headers:
            continue
        browsers = low in _LEFT_OUT or low.startswith(("sec-", "proxy-", "x-b3-", "traceparent"))
        unfit = not value.isascii() or re.match(HEADER_NAME, name) is None
        if browsers or unfit or (low == "accept" and value == "*/*"):
            left_out += 1
        elif low == "content-type" and "json" in value.lower():
            continue  # the hub says so by itself
        elif low not in {known.lower() for known in kept}:
            kept[name] = _literal(value)
    return kept, left_out


def _body(command: CurlCommand) -> Any:
    if command.body is None or not command.body.strip():
        return None
    kind = (command.header("content-type") or "").lower()
    if "form-urlencoded" in kind or "xml" in kind:
        return _literal(command.body)
    try:
        return _escaped(json.loads(command.body))
    except (ValueError, RecursionError):
        return _literal(command.body)


def _escaped(value: Any) -> Any:
    match value:
        case str():
            return _literal(value)
        case dict():
            return {name: _escaped(inner) for name, inner in value.items()}
        case list():
            return [_escaped(inner) for inner in value]
        case _:
            return value


def _literal(text: str) -> str:
    return text.replace("${", "$${")
