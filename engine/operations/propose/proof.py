"""Finds what proves the caller in a command: the ``auth`` of a document, and the secret apart.

The value of a secret never gets into a document or a proposal; only its name does. Not for
storing it: ``operations.secrets``.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any, Protocol

from engine.core.auth import HEADER_NAME
from engine.operations.propose.curl import CurlCommand, basic_pair
from engine.operations.propose.names import CREDENTIAL, SIGNATURE, plain

_PLACEHOLDER = re.compile(
    r"\$\{?\w+\}?|\{\{.*\}\}|<.*>|\[.*\]|[xX]{3,}.*|\*{3,}.*|token|secret|password|api[_-]?key"
    r"|.{0,50}(?:your|你的|您的|replace|example|placeholder).{0,50}|.{0,60}(?:\.\.\.|…)",
    re.IGNORECASE,
)
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """A secret that stood in a command. name: free, for the store. value: "" for a placeholder.

    place: where it stood, for an operator.
    """

    name: str
    value: str
    place: str

    def __repr__(self) -> str:
        return f"FoundSecret(name={self.name!r}, place={self.place!r})"


@dataclass(frozen=True, slots=True)
class Proof:
    """auth: the document's part. headers, query: names that are taken out of the request.

    notes: what cannot be taken over.
    """

    auth: dict[str, Any] | None
    reason: str
    secrets: tuple[FoundSecret, ...]
    headers: frozenset[str]
    query: frozenset[str]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    kind: str
    name: str
    value: str
    place: str
    user: str = ""


class KnownSecrets(Protocol):
    """The secrets the node has, as far as naming a new one needs to know."""

    def has(self, name: str) -> bool:
        """Whether there is one of that name."""

    def is_same(self, name: str, value: str) -> bool:
        """Whether the one of that name has this value."""


class NoSecrets:
    """None are known."""

    def has(self, name: str) -> bool:
        """No."""
        return False

    def is_same(self, name: str, value: str) -> bool:
        """No."""
        return False


def find_proof(
    command: CurlCommand, query: dict[str, str], base: str, known: KnownSecrets
) -> Proof:
    """The proof in this command. base: what secrets are called after."""
    found = list(_all(command, query))
    headers = frozenset(one.name.lower() for one in found if one.kind != "query")
    names = frozenset(one.name for one in found if one.kind == "query")
    notes = tuple(
        f"{one.place} looks like a secret too, but a request proves itself in one way only; "
        "it was left out."
        for one in found[1:]
        if one.kind != "cookie"
    )
    signed = [name for name in query if plain(name) in SIGNATURE]
    if signed:
        notes += (
            f"The request is signed ({signed[0]}). A signature is good for one request only; look "
            "for a way to call this interface with a token.",
        )
    if not found:
        return Proof(None, "", (), headers, names, notes)
    best = found[0]
    value = _real(best.value)
    secret = FoundSecret(_free(f"{base}-{_noun(best)}", value, known), value, best.place)
    return Proof(_auth(best, secret.name), _reason(best, secret), (secret,), headers, names, notes)


def _all(command: CurlCommand, query: dict[str, str]) -> list[_Found]:
    """Every credential, the one to take first."""
    found: list[tuple[int, _Found]] = []
    if command.user is not None:
        user, password = command.user
        found.append((0, _of_user(user, password)))
    for name, value in command.headers:
        one = _in_header(name, value)
        if one is not None:
            found.append(one)
    for name, value in query.items():
        if value and CREDENTIAL.search(plain(name)) and _may_be_secret(name, value):
            found.append((3, _Found("query", name, value, f"The parameter {name}")))
    return [one for _, one in sorted(found, key=lambda each: each[0])]


def _of_user(user: str, password: str) -> _Found:
    """User and password; a user alone is a key that must not stand in the document."""
    if password:
        return _Found("basic", "Authorization", password, "The option -u", user)
    value = "Basic " + base64.b64encode(f"{user}:".encode()).decode()
    return _Found(
        "header", "Authorization", "" if _is_placeholder(user) else value, "The option -u"
    )


def _may_be_secret(name: str, value: str) -> bool:
    bare = plain(name)
    if bare.endswith("id") and bare not in ("sid", "sessionid"):
        return False
    return bare in ("key", "token") or len(value) >= _SHORTEST or _is_placeholder(value)


def _in_header(name: str, value: str) -> tuple[int, _Found] | None:
    low, place = name.lower(), f"The header {name}"
    if low in ("authorization", "proxy-authorization"):
        scheme, _, rest = value.partition(" ")
        rest = rest.strip()
        if scheme.lower() == "bearer" and rest:
            return 0, _Found("bearer", name, rest, place)
        pair = basic_pair(rest) if scheme.lower() == "basic" else None
        if pair is not None and pair[1]:
            return 0, _Found("basic", name, pair[1], place, pair[0])
        return 1, _Found("header", name, value, place)
    if low == "cookie":
        return 9, _Found("cookie", name, value, place)
    if re.match(HEADER_NAME, name) and CREDENTIAL.search(plain(name)) and not low.endswith("id"):
        csrf = "csrf" in low or "xsrf" in low
        return (8 if csrf else 2), _Found("header", name, value, place)
    return None


def _auth(found: _Found, secret: str) -> dict[str, Any]:
    ref = {"secret": secret}
    match found.kind:
        case "bearer":
            return {"kind": "bearer", "token": ref}
        case "basic" if found.user and ":" not in found.user:
            return {"kind": "basic", "user": found.user, "password": ref}
        case "query":
            return {"kind": "api_key", "in": "query", "name": found.name, "value": ref}
        case _:
            return {"kind": "api_key", "in": "header", "name": found.name, "value": ref}


def _reason(found: _Found, secret: FoundSecret) -> str:
    reason = f"{found.place} proves the caller"
    if not secret.value:
        return f"{reason}; here it is only a placeholder, so store the real value as {secret.name}."
    reason += f". Its value is stored as the secret {secret.name} and is not in the document."
    if found.kind == "cookie":
        reason += " A browser's session ends sooner or later; a token is better."
    return reason


def _noun(found: _Found) -> str:
    match found.kind:
        case "basic":
            return "password"
        case "cookie":
            return "cookie"
        case "bearer":
            return "token"
        case _:
            return "token" if "token" in found.name.lower() else "key"


def _is_placeholder(value: str) -> bool:
    bare = value.strip()
    bare = re.sub(r"^(?:token|bearer|basic|apikey)\s+", "", bare, flags=re.IGNORECASE)
    return _PLACEHOLDER.fullmatch(bare) is not None


def _real(value: str) -> str:
    return "" if _is_placeholder(value) else value


def _free(name: str, value: str, known: KnownSecrets) -> str:
    """A name no other secret has; the same value keeps its name."""
    name = re.sub(r"[^\w.-]+", "-", name)[:90].strip("-.") or "secret"
    number, free = 2, name
    while known.has(free) and not (value and known.is_same(free, value)):
        free, number = f"{name}-{number}", number + 1
    return free
