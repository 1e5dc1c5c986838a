"""Routes about being told: the alerts as they stand."""

from __future__ import annotations

from engine.api import wire
from engine.api.routes import READ, Engine, router
from engine.core.alerting import Change, Facts, News, lines_of
from engine.store.alerts import AlertRow

routes = router("alerts")


@routes.get("/alerts", dependencies=[READ])
async def alerts(engine: Engine) -> wire.AlertsShape:
    """The alerts that are open, then those resolved within a week, newest first."""
    return wire.AlertsShape(
        alerts=tuple(_alert(job, row) for job, row in await engine.store.alerts())
    )


def _alert(job: str, row: AlertRow) -> wire.AlertShape:
    facts = Facts.of_names(row.key.consumer, row.facts)
    _, *numbers = lines_of(job, [Change(News.OPENED, row.key, facts)])
    return wire.AlertShape(
        job=job,
        consumer=row.key.consumer,
        when=row.key.when,
        to=row.key.to,
        state="open" if row.standing.open else "resolved",
        sentence=" ".join(numbers),
        opened_at=row.standing.opened_at,
        last_told_at=row.standing.told_at,
        resolved_at=row.resolved_at,
        values=dict(row.facts),
    )
