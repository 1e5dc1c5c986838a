"""Sample systems that show the product at work: a shop with changing orders, a faulty receiver."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """``jellyfish demo``; its exit code."""
    from engine.demo.run import main as run  # so that `-m engine.demo.systems` stays light

    return run(argv)
