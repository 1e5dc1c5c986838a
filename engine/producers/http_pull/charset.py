"""The text of a body: which character set it is in, and the same in UTF-8.

A set announced by Content-Type wins over the mark at a text's start. GBK and GB2312 are read as
GB18030, which holds both.
"""

from __future__ import annotations

import codecs
import re
from email.message import Message

from engine.http.message import HttpAnswer, header

_SAME_AS_UTF8 = frozenset(("", "utf-8", "ascii"))
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "iso8859-1": "cp1252"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TEXT_SET = re.compile(r"[A-Za-z0-9._:-]{1,40}")


class NotText(ValueError):
    """Bytes that are no text in their character set; the message is the end of a sentence."""


def content_type_of(answer: HttpAnswer) -> str:
    """The answer's content type in lower case, with its parameters; "" if there is none."""
    return (header(answer.headers, "content-type") or "").lower()


def charset_of(answer: HttpAnswer) -> str:
    """The announced set under Python's name for it, "" if none; raises NotText for unknown ones."""
    message = Message()
    message["Content-Type"] = header(answer.headers, "content-type") or ""
    return known_charset(message.get_content_charset(""))


def known_charset(name: str) -> str:
    """Python's name for a character set; raises NotText for one it does not know."""
    if not name:
        return ""
    try:
        found = codecs.lookup(name) if _TEXT_SET.fullmatch(name) else None
    except LookupError:
        found = None
    if found is None or not getattr(found, "_is_text_encoding", True):
        raise NotText(f'its character set "{name:.40}" is not known')
    return _WIDER.get(found.name, found.name)


def utf8_of(answer: HttpAnswer) -> bytes:
    """The body in UTF-8: as it came, unless another set is announced. Raises NotText."""
    charset = charset_of(answer)
    if charset in _SAME_AS_UTF8:
        return answer.body
    return decoded(answer.body, charset).encode()


def text_of(answer: HttpAnswer) -> str:
    """The body as text, UTF-8 unless something else is announced or marked. Raises NotText."""
    charset = charset_of(answer)
    if not charset:
        charset = next((name for bom, name in _MARKS if answer.body.startswith(bom)), "utf-8")
    return decoded(answer.body, charset)


def decoded(body: bytes, charset: str) -> str:
    """The text without its mark; raises NotText."""
    try:
        return body.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise NotText(
            f"byte {error.start} is no {charset} text; look at the character set the source "
            "announces in Content-Type"
        ) from None
