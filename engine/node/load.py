"""How much this process takes: its share of a core, its memory."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

STATM = Path("/proc/self/statm")


class LoadMeter:
    """Asked again and again; a share is of the time since it was asked before."""

    def __init__(self) -> None:
        self._cpu_s = time.process_time()
        self._at = time.monotonic()

    def cpu_permille(self) -> int:
        """CPU time taken, in thousandths of one core; above 1000 where threads run at once."""
        cpu_s, at = time.process_time(), time.monotonic()
        passed_s = at - self._at
        share = (cpu_s - self._cpu_s) / passed_s if passed_s > 0 else 0.0
        self._cpu_s, self._at = cpu_s, at
        return max(0, round(1000 * share))

    @staticmethod
    def memory_bytes() -> int:
        """Resident memory; on a system without /proc the most it ever was; 0 where unknown."""
        try:
            pages = int(STATM.read_text(encoding="ascii").split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return _peak_bytes()


def _peak_bytes() -> int:
    if sys.platform == "win32":
        return 0
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
