"""Tables that office programs open: CSV with semicolons and a byte order mark, XLSX, and no cell that is reckoned."""

import csv
import io
from collections.abc import Iterable

from xlsxwriter import Workbook

FORMULA = ("=", "+", "-", "@")


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """UTF-8 bytes of a table, line ends as RFC 4180 has them; texts that would be formulas are defused."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerows([_defused(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Iterable[Iterable[object]], title: str) -> bytes:
    """A workbook of one sheet whose first row is its head; `title`: of the sheet, at most 31 letters.

    A text is stored as a text and marked as one, so that it stays one when its cell is edited.
    """
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet(title)
        as_text = book.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "quote_prefix": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 30, 24)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(at, column, cell)
                else:
                    sheet.write_string(at, column, str(cell), as_text if at else head)
    return out.getvalue()


def _defused(cell: object) -> object:
    """An apostrophe in front: spreadsheets skip white space before they look for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(FORMULA) else cell
