"""Tables that office programs open: CSV with semicolons and a byte order mark, and no cell that is reckoned."""

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@")


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """UTF-8 bytes of a table, line ends as RFC 4180 has them; texts that would be formulas are defused."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerows([_defused(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _defused(cell: object) -> object:
    """An apostrophe in front: spreadsheets skip white space before they look for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(FORMULA) else cell
