"""What the audit says was done, in the console's language; a word it does not know stays as it is.

The engine writes English for all consoles: numbers first, then a reason as somebody wrote it. Not
for filtering: that is done with the node's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from app import shown
from app.words import translate

Numbered = tuple[str, Callable[[], str]]
"""What the engine writes, as a pattern, and the same with holes in the console's language."""
NEXT = ", "
_STATES: dict[str, Callable[[], str]] = {
    "done": lambda: translate("Deeds", "done"),
    "cancelled": lambda: translate("Deeds", "cancelled"),
    "failed": lambda: translate("Deeds", "failed"),
}
_NUMBERS: tuple[Numbered, ...] = (
    (r"(?P<n>[\d,]+) sent again", lambda: translate("Deeds", "{n} sent again")),
    (r"(?P<n>[\d,]+) skipped", lambda: translate("Deeds", "{n} skipped")),
    (r"(?P<n>[\d,]+) records read", lambda: translate("Deeds", "{n} records read")),
    (r"(?P<n>[\d,]+) new versions", lambda: translate("Deeds", "{n} new versions")),
    (r"(?P<n>[\d,]+) left as they were", lambda: translate("Deeds", "{n} left as they were")),
)
_MOVED: tuple[Numbered, ...] = (
    *_NUMBERS,
    (r"1 delivery", lambda: translate("Deeds", "1 delivery")),
    (r"1 delivery as they were", lambda: translate("Deeds", "1 delivery as it was")),
    (r"(?P<n>[\d,]+) deliveries", lambda: translate("Deeds", "{n} deliveries")),
    (
        r"(?P<n>[\d,]+) deliveries as they were",
        lambda: translate("Deeds", "{n} deliveries as they were"),
    ),
    (
        r"more than (?P<n>[\d,]+) deliveries",
        lambda: translate("Deeds", "more than {n} deliveries"),
    ),
    (
        r"more than (?P<n>[\d,]+) deliveries as they were",
        lambda: translate("Deeds", "more than {n} deliveries as they were"),
    ),
    (
        r"from delivery (?P<first>\d+) to (?P<last>\d+)",
        lambda: translate("Deeds", "from delivery {first} to {last}"),
    ),
)
_RANGE: Numbered = (
    r"from (?P<since>.+?) to (?P<until>.+)",
    lambda: translate("Deeds", "from {since} to {until}"),
)
_UNTIL: Numbered = (
    r"until (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)",
    lambda: translate("Deeds", "until {at}"),
)
_TOKEN: Numbered = (r"token (?P<n>\d+)", lambda: translate("Deeds", "token {n}"))
_DETAILS: dict[str, tuple[Numbered, ...]] = {
    "save job": ((r"revision (?P<n>\d+)", lambda: translate("Deeds", "version {n}")),),
    "resend": _MOVED,
    "skip": _MOVED,
    "repull": (*_NUMBERS, _RANGE),
    "pause operation": _NUMBERS,
    "resume operation": _NUMBERS,
    "cancel operation": _NUMBERS,
    "pause job": (_UNTIL,),
    "pause consumer": (_UNTIL,),
    "set cursor": (_RANGE,),
    "revoke token": (_TOKEN,),
    "create token": (
        (r"read", lambda: translate("Tokens", "read")),
        (r"operate", lambda: translate("Tokens", "read, operate")),
        (r"admin", lambda: translate("Tokens", "everything")),
    ),
    "check": ((r"(?P<n>\d+) broken", lambda: translate("Deeds", "{n} broken")),),
    "copy database": ((r"from (?P<label>.+)", lambda: translate("Deeds", "from {label}")),),
}
"""What stands in a deed's detail before the reason, each at most once."""
_TARGETS: tuple[Numbered, ...] = (
    (r"delivery (?P<n>\d+)", lambda: translate("Deeds", "delivery {n}")),
    (r"(?P<n>[\d,]+) deliveries", lambda: translate("Deeds", "{n} deliveries")),
    (r"operation (?P<n>\d+)", lambda: translate("Deeds", "operation {n}")),
    (r"record (?P<n>\d+)(?P<of>/.+)?", lambda: translate("Deeds", "record {n}{of}")),
    (r"(?P<n>[\d,]+) records(?P<of>/.+)?", lambda: translate("Deeds", "{n} records{of}")),
    (r"all jobs(?P<of>/.+)?", lambda: translate("Deeds", "all jobs{of}")),
)
_MANY = ("resend", "skip", "pause operation", "resume operation", "cancel operation")
"""What is done to more than a thing with a name."""
_OPERATION = re.compile(r"operation (?P<n>\d+)(?:, (?P<state>\w+))?(?:: |$)")


def deed_words(what: str) -> str:
    """``save job`` as the operator reads it; another node may know deeds that this console does
    not.
    """
    return _known().get(what) or shown.line(what)


def target_words(what: str, target: str) -> str:
    """What it was done to; names stay as they are."""
    words = _words_of(target, _TARGETS) if what in _MANY else None
    return shown.line(words or target)


def detail_words(what: str, detail: str) -> str:
    """What there is to tell of a deed; reasons stay as somebody wrote them."""
    said, rest = _operation_words(detail)
    told: list[str] = []
    left = list(_DETAILS.get(what, ()))
    while rest:
        part, _, after = rest.partition(NEXT)
        taken = next((one for one in left if re.fullmatch(one[0], part)), None)
        if taken is None:
            break
        told.append(_words_of(part, (taken,)) or part)
        left.remove(taken)
        rest = after
    return shown.line(said + _next().join([*told, *([rest] if rest else [])]))


def _operation_words(detail: str) -> tuple[str, str]:
    """How an operation's detail begins, and what is left of it."""
    found = _OPERATION.match(detail)
    if found is None:
        return "", detail
    words = translate("Deeds", "operation {n}").format(n=found["n"])
    if found["state"]:
        state = _STATES.get(found["state"])
        words += _next() + (state() if state else found["state"])
    rest = detail[found.end() :]
    return (words + translate("Deeds", ": ") if rest else words), rest


def _next() -> str:
    return translate("Deeds", ", ")


def _words_of(text: str, known: tuple[Numbered, ...]) -> str | None:
    for pattern, words in known:
        if (found := re.fullmatch(pattern, text)) is not None:
            return words().format(
                **{name: _place(held) for name, held in found.groupdict().items()}
            )
    return None


def _place(held: str | None) -> str:
    """What fills a hole: as it is, but for the ends of a range."""
    match held:
        case "the start":
            return translate("Deeds", "the start")
        case "the end":
            return translate("Deeds", "the end")
        case _:
            return held or ""


def _known() -> dict[str, str]:
    return {
        "save job": translate("Deeds", "save job"),
        "delete job": translate("Deeds", "delete job"),
        "pause job": translate("Deeds", "pause job"),
        "resume job": translate("Deeds", "resume job"),
        "pause consumer": translate("Deeds", "pause consumer"),
        "resume consumer": translate("Deeds", "resume consumer"),
        "run now": translate("Deeds", "run now"),
        "set cursor": translate("Deeds", "set cursor"),
        "resend": translate("Deeds", "resend"),
        "skip": translate("Deeds", "skip"),
        "repull": translate("Deeds", "re-pull"),
        "pause operation": translate("Deeds", "pause operation"),
        "resume operation": translate("Deeds", "resume operation"),
        "cancel operation": translate("Deeds", "cancel operation"),
        "set secret": translate("Deeds", "set secret"),
        "delete secret": translate("Deeds", "delete secret"),
        "set channel": translate("Deeds", "set channel"),
        "delete channel": translate("Deeds", "delete channel"),
        "test channel": translate("Deeds", "test channel"),
        "create token": translate("Deeds", "create token"),
        "revoke token": translate("Deeds", "revoke token"),
        "drain node": translate("Deeds", "drain node"),
        "undrain node": translate("Deeds", "let node work again"),
        "forget node": translate("Deeds", "forget node"),
        "pull tested": translate("Deeds", "test pull"),
        "job tested": translate("Deeds", "test job"),
        "test push sent": translate("Deeds", "test push sent"),
        "check": translate("Deeds", "check the ledger"),
        "copy database": translate("Deeds", "copy database"),
    }
