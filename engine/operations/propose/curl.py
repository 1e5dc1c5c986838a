"""Reads a pasted cURL command: the request it would make, and what of it cannot be taken over.

Copied from a browser, Postman, Apifox or a vendor's documentation. Nothing is run, and no file is
read. Not for what becomes of it in a job document: ``source`` and ``target``.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from engine.core.errors import OperatorError
from engine.operations.propose.command_line import words_of
from engine.operations.propose.names import table

MAX_CHARACTERS = 1024 * 1024

_SHORT_WITH_VALUE = frozenset("AbcCdDeEFhHKmoPQrtTuUwxXyYz")
_SHORT = {
    "X": "request",
    "H": "header",
    "d": "data",
    "G": "get",
    "u": "user",
    "b": "cookie",
    "A": "user-agent",
    "e": "referer",
    "F": "form",
    "T": "upload-file",
    "I": "head",
    "k": "insecure",
    "L": "location",
    "m": "max-time",
    "x": "proxy",
    "E": "cert",
}
_LONG_WITH_VALUE = table(
    "request header data data-raw data-ascii data-binary data-urlencode json url "
    "url-query user cookie user-agent referer form form-string upload-file max-time "
    "connect-timeout proxy proxy-user cert key cacert capath cert-type key-type pass "
    "oauth2-bearer output write-out retry retry-delay retry-max-time resolve interface "
    "limit-rate dump-header cookie-jar config noproxy ciphers tls-max aws-sigv4 range "
    "max-redirs connect-to dns-servers speed-limit speed-time stderr trace trace-ascii "
    "unix-socket max-filesize proto proto-redir socks5 socks5-hostname keepalive-time "
    "happy-eyeballs-timeout-ms time-cond"
)
_DATA = frozenset(
    ("data", "data-raw", "data-ascii", "data-binary", "data-urlencode", "json", "url-query")
)
_NOTED = {
    "insecure": "-k is left out: the certificate of the other side is always checked.",
    "location": "-L is left out: redirects are not followed, so write the final address.",
    "proxy": "The proxy is left out: the node's own network settings count.",
    "cert": "The client certificate is left out: the hub cannot present one.",
    "digest": "Digest authentication is not known here.",
    "ntlm": "NTLM authentication is not known here.",
    "negotiate": "Negotiate authentication is not known here.",
    "aws-sigv4": "AWS signatures are not known here.",
    "head": "-I asks for headers only; the job needs the answer, so it asks with GET.",
}
_URL = re.compile(r"(?:https?:)?//\S+|[\w.-]+\.[A-Za-z]{2,}(?::\d+)?(?:[/?#]\S*)?|[\w.-]+:\d+\S*")
_BEGINS = re.compile(r"[\s\ufeff\u200b]*(?:[$%#>]\s+|PS [^>\n]*>\s*)?curl(?:\.exe)?\b")
_FORM = "application/x-www-form-urlencoded"


class NotCurl(OperatorError):
    """A text that is no cURL command this program can read; the sentence says why."""

    code = "not_curl"
    http_status = 422


@dataclass(frozen=True, slots=True)
class CurlCommand:
    """The request a command would make.

    url: absolute, as it was written, with what -G added. body: text, None without one.
    user: name and password of -u, or None. notes: sentences on what was left out.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    user: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(slots=True)
class _Reading:
    """A command half read."""

    method: str = ""
    urls: list[str] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    in_query: bool = False
    is_json: bool = False
    is_binary: bool = False
    user: tuple[str, str] | None = None
    notes: list[str] = field(default_factory=list)


def looks_like_curl(text: str) -> bool:
    """Whether a pasted text is meant as a cURL command."""
    return (
        re.match(r"[\s\ufeff\u200b]*(?:[$%#>]\s+|PS [^>\n]*>\s*)?curl(?:\.exe)?\b", text)
        is not None
    )


def read_curl(text: str) -> CurlCommand:
    """The request of this command. Raises NotCurl, or NotACommand for broken quoting."""
    if len(text) > MAX_CHARACTERS:
        raise NotCurl("The text is longer than 1 MiB.", hint="Paste one command.")
    words = words_of(text)
    if not words or words[0].lower().removesuffix(".exe").rpartition("/")[2] != "curl":
        raise NotCurl(
            "This is no cURL command.",
            hint="Copy it as cURL in the browser's network tab or in Postman; it begins with curl.",
        )
    reading = _Reading()
    rest = iter(words[1:])
    for word in rest:
        for name, value in _options(word, rest):
            _take(reading, name, value)
    return _command(reading)


def _options(word: str, rest: object) -> list[tuple[str, str | None]]:
    """The options a word holds with their values; "" is the name of an address."""
    following = iter(rest)  # type: ignore[call-overload]  # the caller's own iterator goes on
    word = word.strip() if word.lstrip().startswith("-") else word
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        if name not in _LONG_WITH_VALUE:
            return [(name, None)]
        return [(name, value if equals else _value(name, following))]
    if not word.startswith("-") or word == "-":
        return [("", word)]
    found: list[tuple[str, str | None]] = []
    for place, letter in enumerate(word[1:], 2):
        name = _SHORT.get(letter, letter)
        if letter in _SHORT_WITH_VALUE:
            glued = word[place:].removeprefix("=") if letter == "X" else word[place:]
            found.append((name, glued or _value(f"{letter}", following)))
            break
        found.append((name, None))
    return found


def _value(name: str, following: object) -> str:
    try:
        return str(next(following))  # type: ignore[call-overload]  # an iterator of words
    except StopIteration:
        dashes = "-" if len(name) == 1 else "--"
        raise NotCurl(
            f"The command ends after {dashes}{name}, which needs a value.",
            hint="Copy the whole command, with all its lines.",
        ) from None


def _take(reading: _Reading, name: str, value: str | None) -> None:
    if name in _NOTED:
        reading.notes.append(_NOTED[name])
    if name in _DATA and value is not None:
        _take_data(reading, name, value)
        return
    match name, value:
        case ("" | "url", str(url)):
            reading.urls.append(url.strip())
        case "request", str(method):
            reading.method = method.upper()
        case "header", str(line):
            _take_header(reading, line)
        case "get", _:
            reading.in_query = True
        case "head", _:
            reading.method = "GET"
        case "user", str(pair):
            user, _, password = pair.partition(":")
            reading.user = (user, password)
        case "oauth2-bearer", str(token):
            reading.headers.append(("Authorization", f"Bearer {token}"))
        case "cookie", str(cookie):
            if "=" in cookie:
                reading.headers.append(("Cookie", cookie))
            else:
                reading.notes.append(f"The cookies stand in the file {cookie}, which is not here.")
        case "user-agent", str(agent):
            reading.headers.append(("User-Agent", agent))
        case "referer", str(referer):
            reading.headers.append(("Referer", referer))
        case (("form" | "form-string" | "upload-file"), _):
            raise NotCurl(
                "The command uploads a file or a multipart form, which a job cannot send.",
                hint="Look in the other side's documentation for a call that takes JSON.",
            )


def _take_header(reading: _Reading, line: str) -> None:
    if line.startswith("@"):
        reading.notes.append(f"Headers stand in the file {line[1:]}, which is not here.")
        return
    name, colon, value = line.partition(":")
    if colon and value.strip():
        reading.headers.append((name.strip(), value.strip()))


def _take_data(reading: _Reading, name: str, value: str) -> None:
    if value.startswith("@") and name not in ("data-raw", "data-urlencode", "url-query"):
        raise NotCurl(
            f"The body stands in the file {value[1:]}, which is not in the command.",
            hint=f"Put the file's content in place of {value}.",
        )
    match name:
        case "data-urlencode":
            reading.data.append(_urlencoded(value))
        case "url-query":
            reading.query.append(_urlencoded(value))
        case "json":
            reading.is_json = True
            reading.data.append(value)
        case "data-binary":
            reading.is_binary = True
            reading.data.append(value)
        case "data-raw":
            reading.data.append(value)
        case _:
            reading.data.append(value.replace("\r", "").replace("\n", ""))


def _urlencoded(value: str) -> str:
    name, equals, content = value.partition("=")
    if not equals:
        return quote_plus(value)
    return f"{quote(name, safe='')}={quote_plus(content)}" if name else quote_plus(content)


def _command(reading: _Reading) -> CurlCommand:
    url = _url(reading)
    body = ("" if reading.is_json else "&").join(reading.data) if reading.data else None
    query = list(reading.query)
    if reading.in_query and body is not None:
        query.append(body)
        body = None
    if query:
        url += ("&" if "?" in url else "?") + "&".join(query)
    method = reading.method or ("GET" if body is None else "POST")
    headers = list(reading.headers)
    if reading.is_json:
        _default(headers, "Content-Type", "application/json")
    elif body is not None and not reading.is_binary and not _is_json(body):
        _default(headers, "Content-Type", _FORM)
    return CurlCommand(method, url, tuple(headers), body, reading.user, tuple(reading.notes))


def _url(reading: _Reading) -> str:
    urls = [url for url in reading.urls if _URL.match(url) or "{{" in url or "$" in url[:2]]
    if not urls:
        raise NotCurl(
            "The command holds no address.", hint="Copy the whole command, with its http address."
        )
    if len(urls) > 1:
        reading.notes.append("The command holds several addresses; the first is taken.")
    url = urls[0]
    placeholder = re.match(r"\{\{[^}]*\}\}|\$\{?\w+\}?", url)
    if placeholder is not None:
        raise NotCurl(
            f"The address begins with {placeholder[0]}, which stands for something else.",
            hint="Put the real address in its place, such as https://shop.example.",
        )
    if url.startswith("//"):
        url = f"https:{url}"
    url = url if re.match(r"https?://", url, re.IGNORECASE) else f"http://{url}"
    return url.partition("#")[0]


def _default(headers: list[tuple[str, str]], name: str, value: str) -> None:
    if not any(key.lower() == name.lower() for key, _ in headers):
        headers.append((name, value))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def basic_pair(value: str) -> tuple[str, str] | None:
    """User and password of a ``Basic`` header's value; None if it is none."""
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if colon else None
