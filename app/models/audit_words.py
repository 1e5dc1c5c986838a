"""What the audit says was done, in the console's language; a word it does not know stays as it is.

Not for filtering: that is done with the node's own words.
"""

from __future__ import annotations

from app import shown
from app.words import translate


def deed_words(what: str) -> str:
    """``save job`` as the operator reads it; another node may know deeds that this console does
    not.
    """
    return _known().get(what) or shown.line(what)


def detail_words(what: str, detail: str) -> str:
    """What there is to tell of a deed; reasons stay as somebody wrote them."""
    number = detail.removeprefix("revision ")
    if what == "save job" and number.isdecimal():
        return translate("Deeds", "version {n}").format(n=number)
    return shown.line(detail)


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
