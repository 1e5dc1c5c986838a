"""``python -m engine.cli`` is ``jellyfish``."""

from __future__ import annotations

import sys

from engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
