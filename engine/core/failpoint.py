"""Named points at which a crash test kills this process; nothing happens unless one is armed.

``JELLYFISH_FAILPOINT=name:count`` kills the process with SIGKILL when the point of that name is
reached for the ``count``-th time. Not for simulating errors: a kill is the whole of it.
"""

from __future__ import annotations

import os
import signal

_name, _, _count = os.environ.get("JELLYFISH_FAILPOINT", "").partition(":")
_left = int(_count or 1)


def reach(name: str) -> None:
    """Say that this point was reached."""
    global _left
    if name != _name:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
