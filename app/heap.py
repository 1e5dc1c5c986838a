"""Keeps the garbage collector's rounds short enough for a window.

A full round looks at every object there is; beside the libraries' that takes 100 ms, in which the
window answers to nobody. What stands for the window's whole life is therefore left out of it.
"""

from __future__ import annotations

import gc


def settle(*, anew: bool = False) -> None:
    """A window is built: leave what is there alone from now on. Takes some microseconds.

    anew: it stands in the place of another, whose remains are looked for first; that takes as long
    as a round does.
    """
    if anew:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
