"""What is kept about operators: secrets and channels (sealed), tokens (hashed), the audit trail.

Sealing, hashing and comparing happen elsewhere; here they are bytes.
"""

from __future__ import annotations

from engine.store.access import Access
from engine.store.models import Audit


def audit(
    access: Access, by: str, what: str, target: str, detail: str, place: str = ""
) -> None:
    """Write down who did what to which thing, and from where."""
    access.tell(
        Audit.insert(
            id=access.next_ids("audit"),
            at=access.now,
            by=by,
            what=what,
            target=target,
            detail=detail,
            place=place,
        )
    )
