"""A request as a cURL command for a POSIX shell that sends the very same bytes again.

Pure. Secrets are masked by the node and never known here: each becomes a shell variable, and the
shell refuses to run the command until it is set. What a terminal would obey, hide or turn around
(control and bidi characters) is written by ``printf``, as is a body that no argument can hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.shown import HIDDEN

MASK = "••••••••"
"""What the node writes for a secret; see ``engine.http.masking``."""
ARGUMENT_CAP = 100_000
"""Bytes; Linux takes 128 KiB in one argument."""
EXPECT_FROM = 1000
"""Bytes from which some curls ask for leave first, which a target may not know how to answer."""
DROPPED = frozenset({"content-length", "host", "connection", "transfer-encoding"})
"""curl sets these itself."""

_TAKEN = frozenset({"PATH", "HOME", "HOST", "USER", "URL", "BODY", "DATE", "LANG", "PWD"})
_UNSAFE_TEXT = re.compile(f"[{HIDDEN}\t\r]")
_SWITCHES = (
    ("--globoff", re.compile(r"[][{}]")),
    ("--path-as-is", re.compile(r"/\.\.?(?:[/?#]|$)")),
)
"""What keeps curl from reading a URL its own way, and which URLs need it."""
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True, slots=True)
class Curl:
    """The command, and the variables to be set before: name and what it stands for."""

    command: str
    secrets: tuple[tuple[str, str], ...]


def curl(method: str, url: str, headers: tuple[tuple[str, str], ...], body: bytes | None) -> Curl:
    """The command. body: the exact bytes, None for none."""
    secrets = _Secrets()
    verb = "--head" if method == "HEAD" else f"-X {_word(method)}"
    switches = "".join(f" {switch}" for switch, odd in _SWITCHES if odd.search(url))
    names = {name.lower() for name, _ in headers}
    parts = [f"curl{switches} {verb} {secrets.written(url, 'url')}"]
    parts += [
        f"-H {_header(name, value, secrets)}"
        for name, value in headers
        if name.lower() not in DROPPED and _HEADER_NAME.fullmatch(name)
    ]
    if "accept-encoding" in names:
        parts.append("--compressed")
    if body is None:
        return Curl(" \\\n  ".join(parts), secrets.named)
    if "content-type" not in names:
        parts.append("-H 'content-type:'")
    if len(body) > EXPECT_FROM:
        parts.append("-H 'expect:'")
    piped, argument = _body(body, secrets)
    parts.append(argument)
    return Curl(piped + " \\\n  ".join(parts), secrets.named)


class _Secrets:
    """The masked places met so far, each with the name of its variable."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        return tuple((variable, what) for what, variable in self._names.items())

    def written(self, text: str, what: str) -> str:
        """The text quoted; every mask in it as the variable of ``what``."""
        if MASK not in text:
            return _quoted(text)
        reference = f'"{_checked(self.variable(what))}"'
        return reference.join(_quoted(part) if part else "" for part in text.split(MASK))

    def variable(self, what: str) -> str:
        """The name of the variable for what is masked there."""
        if what not in self._names:
            name = re.sub(r"[^A-Z0-9]+", "_", what.upper()).strip("_") or "SECRET"
            name = f"SECRET_{name}" if name[0].isdigit() or name in _TAKEN else name
            while name in self._names.values():
                name += "_2"
            self._names[what] = name
        return self._names[what]


def _header(name: str, value: str, secrets: _Secrets) -> str:
    if value == "":
        return _quoted(f"{name};")  # curl's way to send a header without a value
    return secrets.written(f"{name}: {value}", name)


def _body(body: bytes, secrets: _Secrets) -> tuple[str, str]:
    """What stands before the command, and the argument."""
    text = _text(body)
    if text is not None and MASK in text:
        pieces = [f"printf {_printf(piece.encode())}" for piece in text.split(MASK)]
        variable = secrets.variable("body")
        between = f'; printf %s "${variable}"; '
        # A pipe's left side cannot stop its right side, so the variable is looked at before.
        guard = f': "{_checked(variable)}" && '
        return f"{guard}{{ {between.join(pieces)}; }} | ", "--data-binary @-"
    if text is None or _UNSAFE_TEXT.search(text):
        return f"printf {_printf(body)} | ", "--data-binary @-"
    if len(body) > ARGUMENT_CAP:
        return f"printf %s {_quoted(text)} | ", "--data-binary @-"
    return "", f"--data-raw {_quoted(text)}"


def _checked(variable: str) -> str:
    """The variable's value; unset, it stops the command and names itself: nothing is sent."""
    return f"${{{variable}:?set it to the secret first}}"


def _word(text: str) -> str:
    return text if text.isascii() and text.isalpha() else _quoted(text)


def _quoted(text: str) -> str:
    """One word of the shell that is exactly this text."""
    if _UNSAFE_TEXT.search(text):
        return f'"$(printf {_printf(text.encode("utf-8", "replace"))})"'
    return "'" + text.replace("'", "'\\''") + "'"


def _printf(body: bytes) -> str:
    """A format for ``printf`` that writes exactly these bytes."""
    text = _text(body)
    if text is None:
        return "'" + body.decode("latin-1").translate(_OCTAL) + "'"
    return "'" + _IN_FORMAT.sub(_escaped, text) + "'"


def _escaped(match: re.Match[str]) -> str:
    return "".join(_OCTAL.get(byte, chr(byte)) for byte in match.group().encode())


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


_IN_FORMAT = re.compile(f"[{HIDDEN}\t\r\\\\%'-]")
_OCTAL = {
    code: f"\\{code:03o}" for code in range(256) if not 0x20 <= code < 0x7F or chr(code) in "\\'-"
} | {ord("%"): "%%"}
