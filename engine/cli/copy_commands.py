"""copy: a whole ledger into another database, with its progress, and what came of it."""

from __future__ import annotations

import logging
import time
from argparse import Namespace
from dataclasses import dataclass
from typing import Any, assert_never

from engine.cli.mistakes import DONE, FAILED
from engine.cli.moments import shown_lag
from engine.cli.terminal import Terminal
from engine.config import Home, logging_to
from engine.core.errors import Unavailable
from engine.language.speech import told
from engine.operations.copy import Copied, CopyRequest, Surroundings, copy
from engine.operations.master_key import MasterKeyPlace
from engine.store.copying.copying import Phase, Step

BY = "command-line"
BAR = 24
DRAWN_EVERY_S = 0.1
SHOWN = 20


def copy_ledger(options: Namespace, terminal: Terminal) -> int:
    """Copy, or go on; 1 when what arrived is not what was sent."""
    home = Home.from_environment().make()
    progress = _Progress(terminal)
    request = CopyRequest(options.origin, options.destination, options.restart, BY)
    place = MasterKeyPlace(home.key_file)
    around = Surroundings(place, _now_ms, progress.step, progress.note)
    with logging_to(home.path / "command.log", level=logging.WARNING):
        try:
            found = copy(request, around)
        except (KeyboardInterrupt, Unavailable):
            if progress.begun:
                progress.note("The copy was stopped. The same command goes on where it stopped.")
            raise
        finally:
            progress.end()
    if options.json:
        terminal.json(_object(found))
    else:
        _report(found, terminal)
    return DONE if found.verified else FAILED


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class _Progress:
    """A bar on a screen; elsewhere a line for each table that had rows."""

    terminal: Terminal
    _last: Step | None = None
    _began_s: float = 0.0
    _began_at: int = 0
    _drawn_s: float = 0.0
    _told: int = 0

    def step(self, step: Step) -> None:
        """Show how far it has got."""
        now_s = time.monotonic()
        last = self._last
        if last is None or last.phase is not step.phase:
            self.end()
            self._began_s, self._began_at = now_s, step.done
            self._told = step.done if step.phase is Phase.COPY else 0
        elif last.table != step.table and not self.terminal.err.isatty():
            self._line()
        self._last = step
        if self.terminal.err.isatty() and now_s - self._drawn_s >= DRAWN_EVERY_S:
            self._drawn_s = now_s
            self.terminal.progress(self._bar(step, now_s))

    @property
    def begun(self) -> bool:
        """Whether anything was shown yet."""
        return self._last is not None

    def note(self, sentence: str) -> None:
        """A sentence beside it."""
        self.end()
        self.terminal.tell(sentence)

    def end(self) -> None:
        """Leave what was shown last on a line of its own."""
        if self._last is not None and self.terminal.err.isatty():
            self.terminal.progress(self._bar(self._last, time.monotonic()), last=True)
        else:
            self._line()
        self._last = None

    def _line(self) -> None:
        if self._last is not None and self._last.done != self._told:
            self._told = self._last.done
            self.terminal.tell(_sentence(self._last))

    def _bar(self, step: Step, now_s: float) -> str:
        if step.phase is Phase.CHECK:
            return told(_sentence(step))
        share = step.done / step.total if step.total else 1.0
        full = int(BAR * share)
        rate = (step.done - self._began_at) / max(now_s - self._began_s, 0.001)
        left = shown_lag((step.total - step.done) / rate) if rate > 0 else None
        bar = f"[{'#' * full}{'.' * (BAR - full)}] {share:4.0%}"
        parts = (bar, told(_sentence(step)), f"{rate:,.0f}/s", left or "")
        return "  ".join(parts).rstrip()


def _sentence(step: Step) -> str:
    match step.phase:
        case Phase.COPY:
            return f"{step.table}: {step.done:,} of {step.total:,} rows are copied."
        case Phase.VERIFY:
            return f"{step.table}: {step.done:,} of {step.total:,} rows are verified."
        case Phase.CHECK:
            return "The rules of the ledger are checked."
        case _:
            assert_never(step.phase)


def _report(found: Copied, terminal: Terminal) -> None:
    terminal.table(
        ("TABLE", "ROWS", "ARRIVED", "SHA-256", ""),
        [
            (
                table.table,
                table.counted,
                table.destination.rows,
                table.destination.text[:16],
                "equal" if table.equal else "DIFFERENT",
            )
            for table in found.tables
        ],
    )
    if found.verified:
        terminal.say(told(f"Verified: {sum(each.counted for each in found.tables):,} rows."))
        terminal.tell(
            "Start nodes on the new database only: one on the old one would send the same again."
        )
        _tell_secrets(found, terminal)
        return
    _tell_faults(found, terminal)


def _tell_secrets(found: Copied, terminal: Terminal) -> None:
    if not found.secrets:
        return
    if found.closed:
        names = ", ".join(found.closed[:SHOWN])
        terminal.tell(f"This machine's key does not open the secrets {names}.")
        terminal.tell("Bring the key they were sealed with to the new nodes, or set them again.")
    else:
        terminal.tell(
            f"Secrets that came over sealed: {found.secrets:,}. Nodes on other machines need this"
            " machine's key: `jellyfish key export FILE` here, `jellyfish key import FILE` there."
        )


def _tell_faults(found: Copied, terminal: Terminal) -> None:
    different = [table.table for table in found.tables if not table.equal]
    if different:
        terminal.tell(f"What arrived is not what was sent: {', '.join(different)}.")
        for place in found.differing[:SHOWN]:
            terminal.tell(f"{place} differs.")
        terminal.tell("Nothing may work on the new database. Copy anew with --restart.")
        return
    for broken in found.broken[:SHOWN]:
        terminal.tell(f"{broken.place}: {broken.sentence}")
    terminal.tell("All rows arrived, but the ledger does not hold what it promises.")
    terminal.tell("Look whether `jellyfish check` says the same of the old database.")


def _object(found: Copied) -> dict[str, Any]:
    return {
        "verified": found.verified,
        "tables": [
            {
                "table": table.table,
                "rows": table.counted,
                "arrived": table.destination.rows,
                "sha256_sum": table.destination.text,
                "equal": table.equal,
            }
            for table in found.tables
        ],
        "differing": list(found.differing),
        "broken": [{"rule": each.rule, "place": each.place} for each in found.broken],
        "secrets": found.secrets,
        "closed_secrets": list(found.closed),
    }
