"""The overview's two graphs: records per second, and the time from source to target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app import format
from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.chart import Chart, LineKind, Scale
from app.widgets.scales import duration_marks, value_marks
from app.words import Worded, translate
from engine.api.wire import SeriesShape

GRAPH_PX = 244
LIVE_STEP_S = 2.0
"""A series in steps up to this moves by itself; a coarser one gets the rates of now at its end."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The rates of this moment, per second; ``at`` in epoch seconds."""

    at: float
    pulled: float
    delivered: float
    failed: float


class Graphs(Worded):
    """moment_chosen: the instant that was clicked (epoch s) and the graph's step (s)."""

    moment_chosen = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._series: SeriesShape | None = None
        self._latest: Latest | None = None
        self._window_s = 300
        rates = Scale(
            lambda highest: value_marks(highest, 1.0 if highest > 1.5 else 0.1),
            lambda value: format.rate(value),
            lambda value: format.rate(value),
        )
        times = Scale(
            duration_marks,
            _mark_word,
            lambda value: format.took(value * 1000),
        )
        self.rates = Chart(
            theme,
            (
                LineKind("pulled", "accent", filled=True),
                LineKind("delivered", "delivered"),
                LineKind("failed", "dead"),
            ),
            rates,
        )
        self.times = Chart(
            theme, (LineKind("p50", "accent", filled=True), LineKind("p99", "retrying")), times
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.GAP_PX)
        row.addWidget(self.rates, 19)
        row.addWidget(self.times, 10)
        self.setFixedHeight(GRAPH_PX)
        for chart in (self.rates, self.times):
            chart.clicked.connect(self._clicked)
        self.wording()

    def wording(self) -> None:
        self.rates.set_words(
            translate("Graphs", "Records per second"),
            {
                "pulled": translate("Graphs", "pulled"),
                "delivered": translate("Graphs", "delivered"),
                "failed": translate("Graphs", "failed"),
            },
            translate("Graphs", "Reading the graph…"),
        )
        self.times.set_words(
            translate("Graphs", "Time from source to target"),
            {"p50": translate("Graphs", "p50"), "p99": translate("Graphs", "p99")},
            translate("Graphs", "Nothing was delivered in this time"),
        )

    def choose_window(self, window_s: int) -> None:
        """The window shown from now on; what is there stays until its numbers come."""
        self._window_s = window_s

    def show_series(self, series: SeriesShape) -> None:
        """Draw these."""
        self._series = series
        self._draw()

    def show_latest(self, latest: Latest) -> None:
        """The line's tip moves on, between two series."""
        self._latest = latest
        self.rates.show_latest(
            {"pulled": latest.pulled, "delivered": latest.delivered, "failed": latest.failed}
        )
        if self._series is not None and self._series.step_s > LIVE_STEP_S:
            self._draw()

    def _draw(self) -> None:
        series = self._series
        assert series is not None
        start = series.start / 1000
        xs = [start + i * series.step_s for i in range(len(series.pulled))]
        rates: dict[str, list[float | None]] = {
            "pulled": list(series.pulled),
            "delivered": list(series.delivered),
            "failed": list(series.failed),
        }
        times = {"p50": _seconds(series.p50_ms, len(xs)), "p99": _seconds(series.p99_ms, len(xs))}
        tip = self._latest
        if tip is not None and series.step_s > LIVE_STEP_S and xs and tip.at > xs[-1]:
            xs.append(tip.at)
            rates["pulled"].append(tip.pulled)
            rates["delivered"].append(tip.delivered)
            rates["failed"].append(tip.failed)
            for line in times.values():
                line.append(line[-1])
        until = max(xs[-1] if xs else start, start + self._window_s)
        span = (until - self._window_s, until)
        self.rates.show_values(xs, dict(rates), span)
        self.times.show_values(xs, dict(times), span)

    def _clicked(self, at: float) -> None:
        if self._series is not None:
            self.moment_chosen.emit(at, self._series.step_s)


def _mark_word(seconds: float) -> str:
    """A duration on the axis: short, without a zero behind the point."""
    if not seconds:
        return "0"
    if seconds < 1:
        return translate("Format", "{n} ms").format(n=f"{seconds * 1000:g}")
    if seconds < 60:
        return translate("Format", "{n} s").format(n=f"{seconds:g}")
    return format.span(seconds)


def _seconds(values: Sequence[float | None], count: int) -> list[float | None]:
    """Milliseconds as seconds; as many as there are instants."""
    known: list[float | None] = [None if ms is None else ms / 1000 for ms in values]
    return (known + [None] * count)[:count]
