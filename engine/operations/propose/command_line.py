"""Splits a pasted command line into its words, as bash, as Windows' cmd, or as PowerShell would.

Pastes are often damaged on their way through chats and documents; what surely was meant is
repaired: typographic quotes and dashes, a space behind a line's last backslash, a prompt in front.
Not for what the words mean: ``curl``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.core.errors import OperatorError

_PROMPT = re.compile(r"^\s*(?:[$%#>]\s+|PS [^>\n]*>\s*|[A-Za-z]:\\[^>\n]*>\s*)")
_BROKEN_JOIN = re.compile(r"(?<=\s)([\\^`])[ \t]+(\r?\n|(?=-))")
_FIRST_QUOTE = re.compile(r"\^\"|['\"]")
_CMD_JOIN = re.compile(r"\^\s*$", re.MULTILINE)
_POWERSHELL = re.compile(r"`\s*$", re.MULTILINE)
_QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}
_DASHES = re.compile(r"(?<=\s)[–—](?=[A-Za-z])")
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_ENDS = frozenset((";", "|", "&&", "||", "&", ">", ">>", "2>", "<"))


class NotACommand(OperatorError):
    """A text that cannot be split into words; the sentence says why."""

    code = "not_a_command"
    http_status = 422


def words_of(text: str) -> list[str]:
    """The words of the first command in this text, without quotes. Raises NotACommand."""
    text = _PROMPT.sub("", text.strip("\ufeff \t\r\n\u200b\xa0")).replace("\xa0", " ")
    text = _DASHES.sub("--", _BROKEN_JOIN.sub(_joined, text))
    if '"' not in text and "'" not in text:
        text = "".join(_QUOTES.get(mark, mark) for mark in text)
    if _is_for_cmd(text):
        return list(_windows_words(_without_carets(text)))
    if _POWERSHELL.search(text) and "'" not in text:
        text = re.sub(r"`\s*\n", " ", text).replace('`"', '\\"')
    return list(_bash_words(text))


def _is_for_cmd(text: str) -> bool:
    first = _FIRST_QUOTE.search(text)
    if first is not None and first[0] == "'":
        return False
    return (first is not None and first[0] == '^"') or _CMD_JOIN.search(text) is not None


def _joined(match: re.Match[str]) -> str:
    return match[1] + match[2] if match[2] else " "


def _bash_words(text: str) -> Iterator[str]:
    at, word, begun = 0, "", False
    while at < len(text):
        mark = text[at]
        if mark == "\\":
            if at + 1 < len(text) and text[at + 1] not in "\r\n":
                word, begun = word + text[at + 1], True
            at += 3 if text[at + 1 : at + 3] == "\r\n" else 2
        elif mark == "'":
            end = _end(text, at, "'")
            word, begun, at = word + text[at + 1 : end], True, end + 1
        elif text.startswith("$'", at):
            part, at = _ansi(text, at + 2)
            word, begun = word + part, True
        elif mark == '"' or text.startswith('$"', at):
            part, at = _double(text, at + (2 if mark == "$" else 1))
            word, begun = word + part, True
        elif mark.isspace():
            if begun:
                yield word
            word, begun, at = "", False, at + 1
        elif (ends := _operator(text, at)) and (not begun or ends != "&"):
            break
        else:
            word, begun, at = word + mark, True, at + 1
    if begun:
        yield word


def _operator(text: str, at: int) -> str:
    """The operator that ends a command here, or ""; an & inside an unquoted address is none."""
    match = re.match(r"&&|\|\|?|;|2?>>?|<|&(?=\s|$)", text[at:])
    if match is None or match[0] not in _ENDS:
        return ""
    return match[0]


def _end(text: str, at: int, quote: str) -> int:
    end = text.find(quote, at + 1)
    if end < 0:
        raise NotACommand(
            f"A quotation mark ({quote}) is opened and never closed.",
            hint="Copy the whole command, from curl to its last character.",
        )
    return end


def _double(text: str, at: int) -> tuple[str, int]:
    part, begin = "", at - 1
    while at < len(text):
        mark = text[at]
        if mark == '"':
            return part, at + 1
        if mark == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`", "\n", "!"):
            part += "" if text[at + 1] == "\n" else text[at + 1]
            at += 2
        else:
            part, at = part + mark, at + 1
    return part, _end(text, begin, '"')


def _ansi(text: str, at: int) -> tuple[str, int]:
    """The rest of a ``$'…'``, as Chrome writes bodies with quotes and other languages."""
    part, begin = "", at - 1
    while at < len(text):
        mark = text[at]
        if mark == "'":
            return part, at + 1
        coded = re.match(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3}))", text[at:])
        if coded is not None:
            digits = coded[1] or coded[2]
            part += chr(int(digits, 16) if digits else int(coded[3], 8))
            at += len(coded[0])
        elif mark == "\\" and at + 1 < len(text):
            part, at = part + _ANSI.get(text[at + 1], text[at + 1]), at + 2
        else:
            part, at = part + mark, at + 1
    return part, _end(text, begin, "'")


def _without_carets(text: str) -> str:
    """What cmd hands to a program: carets outside quotes taken away, joined lines joined."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    made, at, quoted = "", 0, False
    while at < len(text):
        mark = text[at]
        if mark == "^" and not quoted:
            at += 1
            if text[at : at + 1] == "\n":
                at += 1
            made += text[at : at + 1]
        elif mark == "\n" and not quoted:
            made += " "
        else:
            quoted ^= mark == '"'
            made += mark
        at += 1
    return made


def _windows_words(text: str) -> Iterator[str]:
    """The words as a Windows program splits its own command line.

    But browsers double every backslash, also where Windows would not halve them again; what they
    copied is meant here, so pairs become one everywhere.
    """
    at, word, begun, quoted = 0, "", False, False
    while at < len(text):
        mark = text[at]
        if mark == "\\":
            run = re.match(r'(\\+)("?)', text[at:])
            assert run is not None
            count = len(run[1])
            begun = True
            if run[2]:
                word += "\\" * (count // 2)
                at += count
                if count % 2:
                    word, at = word + '"', at + 1
            else:
                word, at = word + "\\" * ((count + 1) // 2), at + count
        elif mark == '"':
            begun = True
            if quoted and text[at + 1 : at + 2] == '"':
                word, at = word + '"', at + 2
            else:
                quoted, at = not quoted, at + 1
        elif mark in " \t" and not quoted:
            if begun:
                yield word
            word, begun, at = "", False, at + 1
        else:
            word, begun, at = word + mark, True, at + 1
    if quoted:
        _end(text, len(text), '"')
    if begun:
        yield word
