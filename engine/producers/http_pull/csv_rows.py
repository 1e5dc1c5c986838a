"""CSV as RFC 4180 has it: a header line, then rows whose fields may hold commas and line breaks.

Every value is a text, exactly as it stands between its commas or quotes. A row that is longer or
shorter than the header is refused: fields would stand under the wrong names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

LONGEST_FIELD = 2**31 - 1
"""Characters of a field; the module's own limit of 131,072 is less than a page may hold."""


class NotCsv(ValueError):
    """A text that is no CSV with a header; the message is the end of a sentence."""


def csv_rows(text: str, *, tabs: bool = False, needs: Collection[str] = ()) -> list[dict[str, str]]:
    """The rows as objects by header name. Raises NotCsv.

    tabs: fields are parted by tabs. needs: columns that must be there, so that a line of an error
    message is not taken for the header of an empty page.
    """
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",", strict=True)
    rows: list[dict[str, str]] = []
    names: list[str] = []
    try:
        for row in reader:
            if not row:
                continue
            if not names:
                names = _names(row, needs)
            elif len(row) != len(names):
                raise NotCsv(
                    f"record {len(rows) + 1} has {len(row)} fields, but the header line has "
                    f"{len(names)}"
                )
            else:
                rows.append(dict(zip(names, row, strict=True)))
    except csv.Error as error:
        raise NotCsv(f"record {len(rows) + 1} cannot be read: {error}") from None
    if not names:
        raise NotCsv("it has no header line")
    return rows


def _names(row: list[str], needs: Collection[str]) -> list[str]:
    names = [name.strip() for name in row]
    if "" in names:
        raise NotCsv(f"column {names.index('') + 1} has no name in the header line")
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise NotCsv(f'there are two columns named "{twice:.60}"')
    missing = next((name for name in needs if name not in names), None)
    if missing is not None:
        raise NotCsv(f"its header line has no column {missing:.60}")
    return names
