"""Keeps the garbage collector's rounds short enough for a window.

A full round looks at every object there is; beside the libraries' that takes 100 ms, in which the
window answers to nobody. What stands for the window's whole life is therefore left out of it.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Everything is built: look for garbage once more, and leave what is there alone from now on.

    Called again for a window built anew: what the one before left behind is found then.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
