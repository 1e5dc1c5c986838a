"""Realistic shapes for the console's tests and screenshots: a trading house's jobs and records."""

from __future__ import annotations

import hashlib
import json
import math
import random
from datetime import UTC, datetime
from typing import Any

from engine.api.wire import (
    AlertShape,
    AttemptShape,
    AuditShape,
    ChannelFieldShape,
    ChannelKindShape,
    ChannelKindsShape,
    CheckShape,
    ConsumerStatusShape,
    DatabaseShape,
    DeliveryShape,
    FailureGroupShape,
    HealthWord,
    HeldShardShape,
    JobShape,
    JobsShape,
    JobStatusShape,
    NodeRow,
    NodeShape,
    OperationRequest,
    OperationShape,
    OutcomeWord,
    ProblemShape,
    PullShape,
    RecordQuery,
    RecordShape,
    RequestShape,
    ResponseShape,
    SecretShape,
    SecretsShape,
    SeriesShape,
    Shape,
    StateWord,
    StatusShape,
    TokenShape,
    TokensShape,
    VersionShape,
)

NOW = 1_795_415_400_000
"""2026-11-23 14:30:00 in Shanghai."""
MINUTE_MS = 60_000

NODE = NodeShape(
    name="node-2",
    version="0.1.0",
    started_at=NOW - 26 * 3600 * 1000,
    now=NOW,
    database="postgresql://db.example/jellyfish",
    producing=True,
    ledger_id="01JD2Q8ZK7",
)


def rfc3339(at: int) -> str:
    return f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def wave(rng: random.Random, count: int, level: float, swing: float) -> tuple[float, ...]:
    """A line that wanders around a level."""
    value, values = level, []
    for i in range(count):
        value += rng.uniform(-1, 1) * swing * 0.35 + (level - value) * 0.12
        values.append(max(0.0, value + math.sin(i / 7) * swing * 0.5))
    return tuple(values)


def ended(values: tuple[float, ...], last: float) -> tuple[float, ...]:
    """The same line, bent so that it ends there."""
    off, n = last - values[-1], max(1, len(values) - 1)
    return tuple(value + off * i / n for i, value in enumerate(values))


# ---------------------------------------------------------------- status and series
ROWS: tuple[tuple[str, str, HealthWord, int, int, int, float, float, float | None, str], ...] = (
    ("orders", "erp", "good", 842_117, 12, 0, 212, 211, 1, "Delivering"),
    ("orders", "warehouse", "good", 841_902, 227, 0, 212, 209, 4, "Delivering, limited to 210/s"),
    (
        "payments",
        "finance",
        "warn",
        310_442,
        1_402,
        21,
        96,
        88,
        130,
        "The target answers slowly; its circuit breaker is half open",
    ),
    ("customers", "crm", "good", 88_210, 3, 0, 22, 22, 1, "Delivering"),
    (
        "invoices",
        "tax-portal",
        "bad",
        21_077,
        268,
        16,
        8,
        0,
        847,
        "The target refuses: 401 Unauthorized. Check the token",
    ),
    ("stock", "webshop", "off", 180_558, 0, 0, 0, 0, None, "Paused"),
    ("中心库存", "门店系统", "good", 64_001, 0, 0, 31, 31, 1, "Delivering"),
)


def backlog(count: int) -> tuple[int, ...]:
    """How much waited for payments' finance, sample by sample, up to now."""
    return (*(round(value) for value in wave(random.Random(5), count - 1, 1300, 400)), 1402)


def status(now: int = NOW, waiting: int = 1402) -> StatusShape:
    """Six jobs, seven consumers. waiting: what payments' finance has still to take."""
    rng = random.Random(7)
    jobs: dict[str, list[ConsumerStatusShape]] = {}
    for job, consumer, health, synced, unsynced, failed, came, went, lag_s, happening in ROWS:
        unsynced = waiting if job == "payments" else unsynced
        retrying = unsynced if health == "bad" else unsynced // 5
        jobs.setdefault(job, []).append(
            ConsumerStatusShape(
                consumer=consumer,
                synced=synced,
                unsynced=unsynced,
                failed=failed,
                skipped=0,
                pulled=synced + unsynced + failed,
                retrying=retrying,
                sending=min(8, unsynced - retrying),
                pending=max(0, unsynced - retrying - 8),
                paused=health == "off",
                in_per_s=came,
                out_per_s=went,
                failed_per_s=3 if health == "bad" else 0,
                lag_s=lag_s,
                health=health,
                happening=happening,
                spark=wave(rng, 60, max(went, 6), max(went, 6) * 0.25),
            )
        )
    return StatusShape(
        now=now,
        jobs=tuple(
            JobStatusShape(
                job=job,
                state="paused" if consumers[0].paused else "running",
                pulled=consumers[0].pulled,
                consumers=tuple(consumers),
                pull_problem="The source answered 503." if job == "payments" else "",
            )
            for job, consumers in jobs.items()
        ),
        synced_today=1_284_306,
        pulls_today=18_204,
    )


def series(window_s: float, now: int = NOW) -> SeriesShape:
    """Seconds in a short window, minutes in a long one, as the node gives them."""
    rng = random.Random(3)
    short = window_s <= 900
    step_s = 1.0 if short else max(60.0, window_s / 360)
    count = int(window_s / step_s)
    pulled = ended(wave(rng, count, 369, 50), 369)
    delivered = ended(tuple(value * 1.5 + rng.uniform(-6, 6) for value in pulled), 561)
    return SeriesShape(
        start=round(now - count * step_s * 1000),
        step_s=step_s,
        pulled=pulled,
        delivered=delivered,
        failed=wave(rng, count, 3, 3),
        backlog=wave(rng, count, 1900, 500),
        p50_ms=tuple(value * 1000 for value in wave(rng, count, 0.85, 0.3)),
        p99_ms=tuple(value * 1000 for value in wave(rng, count, 2.7, 1.6)),
    )


# ---------------------------------------------------------------- failures
def failures(now: int = NOW) -> tuple[FailureGroupShape, ...]:
    """Three causes of two consumers, and one that is being tried again."""
    return (
        FailureGroupShape(
            cause="7001",
            job="payments",
            consumer="finance",
            sentence="The target answered 422: tax_id missing",
            sample="The target answered 422: tax_id missing (payment 88120)",
            outcome="rejected",
            status=422,
            count=21,
            first_at=now - 190 * MINUTE_MS,
            last_at=now - 3 * MINUTE_MS,
            record_id=984,
        ),
        FailureGroupShape(
            cause="7002",
            job="invoices",
            consumer="tax-portal",
            sentence="The target answered 401 Unauthorized: token expired",
            sample="The target answered 401 Unauthorized: token expired",
            outcome="rejected",
            status=401,
            count=14,
            first_at=now - 14 * MINUTE_MS,
            last_at=now - 40_000,
            record_id=872,
        ),
        FailureGroupShape(
            cause="7003",
            job="invoices",
            consumer="tax-portal",
            sentence='The buyer "…" is not registered, see {url}',
            sample='The buyer "杭州数科有限公司" is not registered, see https://tax.example.cn/help/99',
            outcome="rejected",
            status=400,
            count=2,
            first_at=now - 26 * 60 * MINUTE_MS,
            last_at=now - 25 * 60 * MINUTE_MS,
            record_id=868,
        ),
        FailureGroupShape(
            cause="7004",
            job="invoices",
            consumer="tax-portal",
            state="retrying",
            sentence="503 Service Unavailable: upstream connect error",
            sample="503 Service Unavailable: upstream connect error",
            outcome="retry",
            status=503,
            count=268,
            first_at=now - 9 * MINUTE_MS,
            last_at=now - 2_000,
            record_id=871,
        ),
    )


# ---------------------------------------------------------------- alerts, changes, operations
def alerts(now: int = NOW) -> tuple[AlertShape, ...]:
    """Two that are open, one that was."""
    return (
        AlertShape(
            job="invoices",
            consumer="tax-portal",
            when="failed > 0 || lag_s > 60",
            to=("ops-dingtalk", "duty-mail"),
            sentence="16 failed, lag 847 s (failed > 0 || lag_s > 60)",
            opened_at=now - 14 * MINUTE_MS,
            last_told_at=now - 14 * MINUTE_MS,
            values={"failed": 16, "unsynced": 268, "lag_s": 847.2, "breaker_open": False},
        ),
        AlertShape(
            job="payments",
            consumer="finance",
            when="lag_s > 120",
            to=("ops-dingtalk",),
            sentence="lag 130 s (lag_s > 120)",
            opened_at=now - 40_000,
            last_told_at=now - 40_000,
            values={"failed": 21, "unsynced": 1402, "lag_s": 130.4, "breaker_open": True},
        ),
        AlertShape(
            job="stock",
            consumer="",
            when="source_silent_s > 600",
            to=("ops-dingtalk",),
            state="resolved",
            sentence="source silent for 702 s (source_silent_s > 600)",
            opened_at=now - 26 * 60 * MINUTE_MS,
            last_told_at=now - 25 * 60 * MINUTE_MS,
            resolved_at=now - 25 * 60 * MINUTE_MS,
        ),
    )


CHANGES = (
    ("zhang.wei", "job saved", "invoices", "revision 14", "10.20.4.31"),
    ("zhang.wei", "resend", "invoices", "284 deliveries to tax-portal", "10.20.4.31"),
    ("a.keller", "job paused", "stock", "until 15:00: month end", "10.20.4.18"),
    ("console", "run now", "customers", "", "127.0.0.1"),
    ("ops-bot", "secret set", "erp-token", "", "10.20.4.5"),
    ("a.keller", "channel set", "ops-dingtalk", "", "10.20.4.18"),
)


def changes(count: int, now: int = NOW) -> tuple[AuditShape, ...]:
    """The audit list, newest first; ids fall."""
    return tuple(
        AuditShape(
            id=count - place,
            at=now - place * 7 * MINUTE_MS,
            by=by,
            what=what,
            target=target,
            detail=detail,
            where=where,
        )
        for place in range(count)
        for by, what, target, detail, where in [CHANGES[place % len(CHANGES)]]
    )


def operation(operation_id: int, **changes: Any) -> OperationShape:
    """A resend that is under way; changes: what is otherwise."""
    made = OperationShape(
        id=operation_id,
        kind="resend",
        state="running",
        request=OperationRequest(
            kind="resend", query=RecordQuery(job="invoices", consumer="tax-portal")
        ),
        job="invoices",
        consumer="tax-portal",
        total=284,
        done=118,
        moved=118,
        share=118 / 284,
        rate_per_s=4.9,
        left_s=34,
        created_at=NOW - 24_000,
        updated_at=NOW,
        by="zhang.wei",
        where="10.20.4.31",
    )
    return made.model_copy(update=changes)


def operations() -> list[OperationShape]:
    """Four that have ended, one that is paused, one that runs; the oldest first."""
    ended = {"state": "done", "share": 1.0, "rate_per_s": None, "left_s": None}
    hour = 3_600_000
    return [
        operation(
            1, **ended, done=1204, total=1204, moved=1204, by="a.keller",
            created_at=NOW - 30 * hour, ended_at=NOW - 30 * hour + 250_000,
        ),
        operation(
            2, **ended, kind="skip", done=12, total=12, moved=9, refused=3, by="a.keller",
            created_at=NOW - 4 * hour, ended_at=NOW - 4 * hour + 900,
            refusals=(ProblemShape(path="871", sentence="It is being sent just now."),),
        ),
        operation(
            3, **{**ended, "state": "failed"}, kind="repull", job="orders", consumer="",
            done=8000, total=None, moved=12, by="zhang.wei", created_at=NOW - 2 * hour,
            ended_at=NOW - 2 * hour + 95_000, sentence="The source answered 503 ten times.",
        ),
        operation(
            4, **{**ended, "state": "cancelled"}, done=40, total=284, moved=40,
            created_at=NOW - hour, ended_at=NOW - hour + 9_000,
        ),
        operation(5, state="paused", job="payments", consumer="finance", done=3, total=21),
        operation(6),
    ]  # fmt: skip


def channel_kinds() -> tuple[ChannelKindShape, ...]:
    """As a node tells them."""
    return (
        ChannelKindShape(
            kind="dingtalk",
            label="DingTalk",
            help="A robot of a group: group settings, robots, custom robot.",
            fields=(
                ChannelFieldShape(
                    name="token",
                    label="Access token",
                    secret=True,
                    help="The part of the robot's address after access_token=.",
                ),
                ChannelFieldShape(
                    name="secret",
                    label="Signing secret",
                    secret=True,
                    required=False,
                    help="When the robot asks for signatures; it begins with SEC.",
                ),
                ChannelFieldShape(
                    name="language",
                    label="Language of the messages",
                    default="中文",
                    choices=("English", "中文"),
                ),
            ),
        ),
        ChannelKindShape(
            kind="mail",
            label="Mail",
            fields=(
                ChannelFieldShape(name="host", label="Mail server", example="smtp.example.com"),
                ChannelFieldShape(name="to", label="To", example="ops@example.com"),
            ),
        ),
        ChannelKindShape(
            kind="webhook",
            label="Webhook",
            fields=(ChannelFieldShape(name="url", label="Address", example="https://…"),),
        ),
    )


# ---------------------------------------------------------------- records
BUYERS = ("杭州数科有限公司", "上海远帆贸易", "Nordsee Handel GmbH", "深圳市光明电子", "Acme Ltd")


def payload(number: int, version: int) -> str:
    """One invoice as its source sent it: digits, order and spaces its own."""
    buyer = BUYERS[number % len(BUYERS)]
    return (
        f'{{"no": "INV-2026-11-{number:05d}", "version": {version}, "total": {18_400 + number}.00, '
        f'"currency": "CNY", "tax_id": 91330100{number:010d}, "paid": false, "note": null, '
        f'"buyer": {{"name": "{buyer}", "city": "杭州", "level": 3}}, '
        f'"lines": [{{"sku": "A-{number % 97:03d}", "qty": 2, "price": 9200.00}}, '
        f'{{"sku": "B-014", "qty": 1, "price": {number}.00}}]}}'
    )


def request(body: str, cycle: int, number: int) -> RequestShape:
    return RequestShape(
        method="POST",
        url="https://tax.example.cn/api/v2/invoices",
        headers=(
            ("authorization", "Bearer ••••••••"),
            ("content-type", "application/json"),
            ("webhook-id", "dlv_01JD2Q8ZK7"),
            ("jellyfish-attempt", f"{cycle}.{number}"),
        ),
        body=body,
    )


SENT = '{"no": "INV-2026-11-00872", "total": 18400.00,\n "buyer": {"name": "杭州数科有限公司"}}'

OUTCOMES: dict[OutcomeWord, tuple[int | None, str, str]] = {
    "accepted": (200, '{"code": "0", "msg": "ok"}', ""),
    "rejected": (401, '{"code": "AUTH-7", "msg": "token expired"}', ""),
    "retry": (503, "upstream connect error", ""),
    "unknown": (None, "", "The connection was closed before an answer came."),
    "not_sent": (None, "", "The target's name could not be resolved."),
}


def attempt(
    number: int, outcome: OutcomeWord, at: int, ms: int, *, sent: str = SENT, cycle: int = 1
) -> AttemptShape:
    """One try with its evidence."""
    code, body, error = OUTCOMES[outcome]
    response = (
        None
        if code is None
        else ResponseShape(
            status=code,
            headers=(("content-type", "application/json"),),
            body=body,
            length=len(body),
            sha256=hashlib.sha256(body.encode()).hexdigest(),
        )
    )
    return AttemptShape(
        number=number,
        outcome=outcome,
        status=code,
        started_at=rfc3339(at),
        ms=ms,
        error=error,
        error_kind="",
        cycle=cycle,
        node="node-2",
        request=None if outcome == "not_sent" else request(sent, cycle, number),
        response=response,
    )


def attempts(state: StateWord, tries: int, at: int, sent: str = SENT) -> tuple[AttemptShape, ...]:
    """So many tries that ended in that state."""
    middle: tuple[OutcomeWord, ...] = ("retry", "unknown", "retry", "not_sent")
    last: OutcomeWord = "rejected" if state == "dead" else "retry"
    made = [
        attempt(
            n,
            middle[(tries - n) % 4] if n < tries else last,
            at + n * MINUTE_MS,
            88 + 31 * n,
            sent=sent,
        )
        for n in range(1, tries + 1)
    ]
    if state == "delivered" and made:
        made[-1] = attempt(tries, "accepted", at + tries * MINUTE_MS, 64, sent=sent)
    return tuple(made)


def delivery(
    consumer: str,
    state: StateWord,
    tries: int,
    at: int,
    *,
    due_at: int | None = None,
    why: str = "",
    sent: str = SENT,
) -> DeliveryShape:
    """One delivery with its attempts."""
    made = attempts(state, tries, at, sent)
    last = made[-1] if made else None
    return DeliveryShape(
        delivery_id=tries,
        consumer=consumer,
        state=state,
        cycle=1,
        number=tries,
        due_at=due_at,
        settled_at=at + tries * MINUTE_MS if state in ("delivered", "dead") else None,
        last_outcome=last.outcome if last else None,
        last_status=last.status if last else None,
        last_error=last.error if last else "",
        why=why,
        attempts=made,
    )


def invoice(record_id: int, now: int = NOW) -> RecordShape:
    """One invoice; every fourth is dead, the others are being retried."""
    state: StateWord = "dead" if record_id % 4 == 0 else "retrying"
    tries = 10 if state == "dead" else 3 + record_id % 5
    pulled_at = now - 11 * MINUTE_MS - (984 - record_id) % 4000 * 7_300
    whys = {
        "dead": "It was given up after 10 attempts (the last answer: 401). Look at the token of "
        "tax-portal.",
        "retrying": f"{tries} attempts failed (the last answer: 503); it is sent again by itself.",
    }
    version = 1 + record_id % 3 // 2
    buyer = BUYERS[record_id % len(BUYERS)]
    sent = f'{{"no": "INV-2026-11-{record_id:05d}", "buyer": {{"name": "{buyer}"}}}}'
    text = payload(record_id, version)
    return RecordShape(
        id=record_id,
        job="invoices",
        key=f"INV-2026-11-{record_id:05d}",
        version=version,
        versions=version,
        size=len(text.encode()),
        pulled_at=rfc3339(pulled_at),
        payload=json.loads(text),
        payload_text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        pull=PullShape(
            id=18_204,
            shard="east",
            page=3,
            started_at=pulled_at - 184,
            ms=184,
            method="GET",
            url="https://shop.example/api/invoices?updated_from=2026-11-23T14%3A16%3A00&page=3",
            status=200,
            raw_count=500,
            new=14,
            duplicates=486,
            cursor_before="2026-11-23T14:15:58.870+08:00",
            cursor_after="2026-11-23T14:16:03.114+08:00",
            length=212_401,
            sha256=hashlib.sha256(b"page").hexdigest(),
            node="node-2",
            request=RequestShape(
                method="GET",
                url="https://shop.example/api/invoices?updated_from=2026-11-23T14%3A16%3A00&page=3",
                headers=(("authorization", "Bearer ••••"), ("x-tenant", "acme")),
            ),
            response=ResponseShape(
                status=200, headers=(("content-type", "application/json"),), length=212_401
            ),
        ),
        deliveries=(
            delivery(
                "tax-portal",
                state,
                tries,
                pulled_at,
                due_at=now + (record_id % 7) * 21_000 + 10_000 if state == "retrying" else None,
                why=whys[state],
                sent=sent,
            ),
        ),
    )


def order(record_id: int, now: int = NOW) -> RecordShape:
    """One order that goes to two consumers; nearly all are delivered."""
    late = record_id % 9 == 0
    at = now - (3000 - record_id) * 900
    text = json.dumps({"id": f"SO-{record_id}", "amount": 1840, "status": "paid"})
    waiting: StateWord = "pending" if late else "delivered"
    return RecordShape(
        id=record_id,
        job="orders",
        key=f"SO-{85_000 + record_id}",
        version=1,
        size=len(text),
        pulled_at=rfc3339(at),
        payload_text=text,
        deliveries=(
            delivery("erp", "delivered", 1, at),
            delivery("warehouse", waiting, 0 if late else 1, at, due_at=now),
        ),
    )


def brief(record: RecordShape) -> RecordShape:
    """As a list gives it: without payload, pull and attempts."""
    return record.model_copy(
        update={
            "payload": None,
            "payload_text": None,
            "pull": None,
            "sha256": "",
            "versions": 1,
            "deliveries": tuple(
                each.model_copy(update={"attempts": (), "why": ""}) for each in record.deliveries
            ),
        }
    )


def versions(record: RecordShape) -> tuple[VersionShape, ...]:
    """All versions of the record's key, newest first."""
    return tuple(
        VersionShape(
            record_id=record.id - (record.version - n),
            version=n,
            pulled_at=rfc3339(NOW - (record.version - n + 1) * 240_000),
            size=record.size - (record.version - n) * 7,
        )
        for n in range(record.version, 0, -1)
    )


def nodes() -> list[NodeRow]:
    """Three nodes of a database: one this console talks to, one drained, one gone."""

    def node(number: int, ago_ms: int, **more: Any) -> NodeRow:
        return NodeRow(
            name=f"node-{number}",
            version="0.1.0",
            url=f"https://10.20.0.1{number}:7443",
            started_at=NOW - 26 * 3_600_000,
            seen_at=NOW - ago_ms,
            **more,
        )

    drained = {"state": "drained", "drained_at": NOW - 11 * MINUTE_MS, "drained_by": "wang.lei"}
    return [
        node(1, 2000, alive=True, cpu=0.02, memory=96_400_000, waiting=0, **drained),
        node(
            2,
            1200,
            alive=True,
            cpu=0.63,
            memory=148_200_000,
            waiting=214,
            pull_shards=6,
            push_shards=24,
        ),
        node(3, 14 * MINUTE_MS, alive=False, cpu=0.4, memory=120_000_000, waiting=3),
    ]


def shards() -> dict[str, tuple[HeldShardShape, ...]]:
    """What node-2 holds."""
    held = [HeldShardShape(job=job, kind="pull", shard="all") for job in ("orders", "payments")]
    held += [
        HeldShardShape(job=job, kind="push", shard=str(n))
        for job in ("orders", "payments", "中心库存")
        for n in range(4)
    ]
    return {"node-2": tuple(held)}


def access() -> dict[tuple[str, str], Shape]:
    """What the settings' sections read, by method and path: secrets, tokens, database, jobs."""
    day_ms = 24 * 60 * MINUTE_MS
    secrets = (
        SecretShape(
            name="erp-password", updated_at=NOW - 30 * day_ms, used_by=("orders", "returns")
        ),
        SecretShape(name="shop-token", updated_at=NOW - MINUTE_MS, used_by=("orders",)),
        SecretShape(name="旧令牌", updated_at=NOW - 400 * day_ms),
    )
    tokens = (
        TokenShape(id=1, name="ci", scope="read", created_at=NOW - 50 * day_ms, revoked_at=NOW),
        TokenShape(
            id=2,
            name="wang.lei",
            scope="operate",
            created_at=NOW - 5 * day_ms,
            expires_at=NOW + 85 * day_ms,
        ),
        TokenShape(id=3, name="grafana", scope="read", created_at=NOW - 500 * day_ms),
    )
    database = DatabaseShape(
        kind="sqlite",
        place="/var/lib/data-jellyfish/jellyfish.db",
        program="SQLite 3.53.0",
        schema_version=5,
        size=4_820_000_000,
        free=128_000_000_000,
    )
    kept = {"bodies": "14d", "attempts": "90d"}
    jobs = tuple(
        JobShape(
            job=job,
            revision=1,
            paused=False,
            document={"job": job, **({"retention": kept} if job == "orders" else {})},
            created_at=NOW - 90 * day_ms,
            updated_at=NOW - day_ms,
        )
        for job in ("orders", "payments", "中心库存")
    )
    return {
        ("GET", "/secrets"): SecretsShape(secrets=secrets),
        ("GET", "/channels"): SecretsShape(secrets=()),
        ("GET", "/channel-kinds"): ChannelKindsShape(kinds=channel_kinds()),
        ("GET", "/tokens"): TokensShape(tokens=tokens),
        ("GET", "/database"): database,
        ("GET", "/jobs"): JobsShape(jobs=jobs),
        ("POST", "/check"): CheckShape(ok=True, checked=182_334),
    }


def moved(status: StatusShape) -> StatusShape:
    """The same status after one more record came in."""
    first = status.jobs[0]
    one = first.consumers[0]
    consumer = one.model_copy(update={"pulled": one.pulled + 1, "pending": one.pending + 1})
    job = first.model_copy(update={"consumers": (consumer, *first.consumers[1:])})
    return status.model_copy(update={"jobs": (job, *status.jobs[1:])})
