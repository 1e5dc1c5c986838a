"""What is kept about operators: secrets and channels (sealed), tokens (hashed), the audit trail.

Sealing, hashing and comparing happen elsewhere; here they are bytes.
"""

from __future__ import annotations

from engine.store import circuits, feed
from engine.store.access import Access
from engine.store.audit_filter import AuditFilter
from engine.store.feed import Topic
from engine.store.models import Audit, Secret, Token
from engine.store.rows import AuditRow, SecretRow, TokenRow


def secret_put(
    access: Access, name: str, nonce: bytes, sealed: bytes, *, by: str, use: str
) -> None:
    """Create or replace a sealed value."""
    access.run(
        "INSERT INTO secret (use, name, nonce, sealed, updated_at, updated_by)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (use, name) DO UPDATE SET"
        " nonce = excluded.nonce, sealed = excluded.sealed, updated_at = excluded.updated_at,"
        " updated_by = excluded.updated_by",
        (use, name, nonce, sealed, access.now, by),
    )
    if use == "secret":
        circuits.try_soon(access)
    feed.tell(access, Topic.JOBS)
    audit(access, by, f"set {use}", name, "")


def secret_get(access: Access, name: str, *, use: str) -> tuple[bytes, bytes] | None:
    """Nonce and sealed value; None if it was never set."""
    row = access.ask_one(
        Secret.select(Secret.nonce, Secret.sealed).where(
            (Secret.use == use) & (Secret.name == name)
        )
    )
    return None if row is None else (bytes(row[0]), bytes(row[1]))


def secret_names(access: Access, *, use: str) -> tuple[SecretRow, ...]:
    """What is set, by name."""
    query = (
        Secret.select(Secret.name, Secret.updated_at, Secret.updated_by)
        .where(Secret.use == use)
        .order_by(Secret.name)
    )
    return tuple(SecretRow(*row) for row in access.ask(query))


def secret_delete(access: Access, name: str, *, by: str, use: str) -> None:
    """Forget it."""
    access.tell(Secret.delete().where((Secret.use == use) & (Secret.name == name)))
    feed.tell(access, Topic.JOBS)
    audit(access, by, f"delete {use}", name, "")


_TOKEN = (
    Token.id,
    Token.name,
    Token.scope,
    Token.created_at,
    Token.created_by,
    Token.expires_at,
    Token.revoked_at,
)


def token_add(
    access: Access, name: str, hashed: bytes, scope: str, expires_at: int | None, *, by: str
) -> int:
    """Keep a new token's hash; its id."""
    id_ = access.next_ids("token")
    access.tell(
        Token.insert(
            id=id_,
            name=name,
            hash=hashed,
            scope=scope,
            created_at=access.now,
            created_by=by,
            expires_at=expires_at,
        )
    )
    audit(access, by, "create token", name, scope)
    return id_


def token_by_hash(access: Access, hashed: bytes) -> TokenRow | None:
    """The token with that hash, also a revoked or expired one."""
    row = access.ask_one(Token.select(*_TOKEN).where(Token.hash == hashed))
    return None if row is None else TokenRow(*row)


def tokens(access: Access) -> tuple[TokenRow, ...]:
    """Every token ever made, oldest first."""
    return tuple(TokenRow(*row) for row in access.ask(Token.select(*_TOKEN).order_by(Token.id)))


def token_revoke(access: Access, token_id: int, *, by: str) -> None:
    """From now on it opens nothing."""
    access.tell(
        Token.update(revoked_at=access.now).where(
            (Token.id == token_id) & Token.revoked_at.is_null()
        )
    )
    row = access.ask_one(Token.select(Token.name).where(Token.id == token_id))
    feed.tell(access, Topic.TOKENS)
    audit(access, by, "revoke token", "" if row is None else row[0], f"token {token_id}")


def audit(access: Access, by: str, what: str, target: str, detail: str, place: str = "") -> int:
    """Write down who did what to which thing, and from where; the row's id."""
    id_ = access.next_ids("audit")
    access.tell(
        Audit.insert(
            id=id_,
            at=access.now,
            by=by,
            what=what,
            target=target,
            detail=detail,
            place=place,
        )
    )
    return id_


AUDIT_STEP = 200
AUDIT_LOOKS = 5_000
"""Rows one page looks through at most, however few of them match."""


def audit_list(
    access: Access, limit: int, after: int | None, wanted: AuditFilter
) -> tuple[tuple[AuditRow, ...], int | None]:
    """What operators did, newest first, and the id to go on after; None at the end.

    after: what the page before gave. A page may be short, or empty, and not the last one.
    """
    found: list[AuditRow] = []
    place = after
    for _ in range(AUDIT_LOOKS // AUDIT_STEP):
        rows = _audit_rows(access, place)
        for row in rows:
            place = row.id
            if wanted.takes(row):
                found.append(row)
                if len(found) == limit:
                    return tuple(found), place
        if len(rows) < AUDIT_STEP:
            return tuple(found), None
    return tuple(found), place


def _audit_rows(access: Access, after: int | None) -> list[AuditRow]:
    query = Audit.select(
        Audit.id, Audit.at, Audit.by, Audit.what, Audit.target, Audit.detail, Audit.place
    )
    if after is not None:
        query = query.where(Audit.id < after)
    rows = access.ask(query.order_by(Audit.id.desc()).limit(AUDIT_STEP))
    return [AuditRow(*row) for row in rows]
