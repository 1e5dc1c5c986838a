"""What the store raises besides the operator's errors: a caller that no longer owns its shard.

    LeaseLost       the shard has another owner now; stop work on it, nothing was written
    CursorMoved     the shard's cursor is not where the page began; nothing was written

Not for full disks and broken files: those are ``engine.core.errors.Unavailable``.
"""

from __future__ import annotations


class LeaseLost(Exception):
    """The lease a write relied on is not held any more. Nothing of the write was stored."""


class CursorMoved(Exception):
    """The cursor was moved by somebody else, such as an operator's reset. Nothing was stored."""
