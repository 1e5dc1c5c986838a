"""Why a page is not taken, in an operator's words.

Everything here ends as a FailedPull; nothing of a refused page reaches the ledger. The kinds are
short words that stay as they are. Not for failures of the HTTP exchange: ``engine.http`` words
those.
"""

from __future__ import annotations

from http import HTTPStatus

from engine.core.attempt import Headers
from engine.http.message import header

EXCERPT = 100
"""Bytes of a body or record that a sentence repeats."""


class PageRefused(Exception):
    """An answer that is no good page. kind: a stable word; sentence: whole, without the job."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence


class RecordRefused(PageRefused):
    """A record of a page that cannot be taken. index: its place in the page, from 1."""

    def __init__(self, kind: str, index: int, why: str, payload: bytes) -> None:
        sentence = f"Record {index} {why}. It begins with {excerpt(payload)}"
        super().__init__(kind, sentence)


def excerpt(body: bytes) -> str:
    """The first bytes as text on one line, control characters shown as ``·``."""
    text = body[:EXCERPT].decode("utf-8", "replace").rstrip("\N{REPLACEMENT CHARACTER}")
    line = "".join(char if char.isprintable() else "·" for char in text).strip()
    return line + ("…" if len(body) > EXCERPT else "")


def status_refused(status: int, headers: Headers, body: bytes) -> PageRefused:
    """The source answered something that is not a success."""
    name = f"{status} {_phrase(status)}".strip()
    said = f" It says: {excerpt(body)}" if body.strip() and not is_web_page(headers, body) else ""
    if status in (401, 403):
        advice = "Check the authentication in the job and its secret."
        return PageRefused("auth", f"The source answered {name}. {advice}{said}")
    if status == 407:
        return PageRefused("auth", f"The source answered {name}: a proxy asks for a password.")
    if status == 429:
        advice = "It asks for fewer requests; the next run waits. Use a longer schedule."
        return PageRefused("rate_limited", f"The source answered {name}. {advice}{said}")
    if 300 <= status < 400:
        place = header(headers, "location")
        to = f" to {place:.200}" if place else ""
        advice = "Redirects are not followed: put the final address into the job."
        return PageRefused("redirect", f"The source answered {name}{to}. {advice}")
    if status == 404:
        advice = "Check the address in the job."
        return PageRefused("status", f"The source answered {name}. {advice}{said}")
    if status >= 500:
        advice = "The fault is on the source's side; the next run asks again."
        return PageRefused("status", f"The source answered {name}. {advice}{said}")
    return PageRefused("status", f"The source answered {name}.{said}")


def unreadable(wanted: str, kind: str, why: str, headers: Headers, body: bytes) -> PageRefused:
    """A body that is not in the format the document names."""
    if not body.strip():
        return PageRefused(
            "empty",
            f"The source answered without a body where {wanted} was expected. "
            "An empty answer is never taken for an empty page.",
        )
    if is_web_page(headers, body):
        return PageRefused(
            kind,
            f"The source answered with a web page where {wanted} was expected; it may be a login "
            f"or an error page. It begins with {excerpt(body)}",
        )
    return PageRefused(
        kind, f"The answer is not {wanted}: {why.rstrip('.')}. It begins with {excerpt(body)}"
    )


def is_web_page(headers: Headers, body: bytes) -> bool:
    """Whether a body is, or is announced as, HTML."""
    announced = (header(headers, "content-type") or "").partition(";")[0].strip().lower()
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return announced == "text/html" or start.startswith((b"<!doctype html", b"<html"))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
