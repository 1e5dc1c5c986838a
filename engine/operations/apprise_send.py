"""A program of its own: sends one message through apprise, and says on stdout what came of it.

``channels`` runs it as a child process, which it can end: apprise sends in threads that nothing
can stop, so that one receiver which never finishes its answer would keep a node from ending, and
apprise's logs, which may hold keys, never reach the node's. The order comes on stdin, since
arguments can be read by others. It is run by its path and imports nothing of the engine.

In: a JSON object {address, title, text, seconds}. Out: {problem, number}.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import re
import sys

import apprise

UNREADABLE, REFUSED, UNREACHABLE, FAILED = "unreadable", "refused", "unreachable", "failed"

_STATUS = re.compile(r"error=(\d{3})\b")
_SMTP_CODE = re.compile(r"\((\d{3}), b['\"]")


def send(address: str, title: str, text: str) -> tuple[str, int | None]:
    """What went wrong ("" if nothing) and the receiver's status, as far as apprise tells them."""
    heard = _Heard()
    logger = logging.getLogger("apprise")
    logger.handlers, logger.propagate = [heard], False
    logger.setLevel(logging.DEBUG)
    asset = apprise.AppriseAsset(app_id="Data JellyFish", http_redirects=False, async_mode=False)
    service = apprise.Apprise.instantiate(address, asset=asset)
    if service is None:
        return UNREADABLE, None
    service.redirects = False  # whatever the address says
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    if sender.notify(
        body=text,
        title=title,
        notify_type=apprise.NotifyType.WARNING,
        body_format=apprise.NotifyFormat.TEXT,
    ):
        return "", None
    for pattern in (_STATUS, _SMTP_CODE):
        if found := pattern.findall(heard.text):
            return REFUSED, int(found[-1])
    return (UNREACHABLE if "onnection error" in heard.text else FAILED), None


class _Heard(logging.Handler):
    """Keeps what apprise logs; nothing of it leaves this process but numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take one event in."""
        self.text += record.getMessage() + "\n"


def main() -> None:
    """Do what stdin says."""
    order = json.load(sys.stdin)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        # Ends the process even when its node was killed and nobody else does.
        faulthandler.dump_traceback_later(order["seconds"], exit=True, file=nowhere)
        problem, number = send(order["address"], order["title"], order["text"])
        faulthandler.cancel_dump_traceback_later()
    print(json.dumps({"problem": problem, "number": number}))


if __name__ == "__main__":
    main()
