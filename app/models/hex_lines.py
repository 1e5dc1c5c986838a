"""Bytes as hexadecimal lines: place, eight bytes, and what of them is plain ASCII. Pure."""

from __future__ import annotations

HEX_CAP = 64 * 1024
"""Bytes; what follows is left out and can be saved to a file."""
PER_LINE = 8

_DOTTED = bytes(code if 0x20 <= code < 0x7F else 0x2E for code in range(256))


def hex_lines(body: bytes, cap: int = HEX_CAP) -> str:
    """``00000010  7b 22 69 64 …  {"id…``; cut at ``cap`` bytes."""
    head = body[:cap]
    return "\n".join(
        _line(start, head[start : start + PER_LINE]) for start in range(0, len(head), PER_LINE)
    )


def _line(start: int, part: bytes) -> str:
    plain = part.translate(_DOTTED).decode("ascii")
    return f"{start:08x}  {part.hex(' '):<23}  {plain}"
