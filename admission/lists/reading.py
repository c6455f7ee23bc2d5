"""Files as offices keep them, read as hostile data: CSV, XLSX, ODS and XLS become tables. Pure: bytes in, values out.

Formulas are read as the values that were saved with them and never executed. The worker and the command read; the web
process imports none of this.
"""

import colorsys
import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from admission.ground.errors import Reason
from admission.ground.files import UnfitFile
from admission.ground.text import UnfitText, fit
from admission.lists.kinds import is_utf16, kind_of
from admission.lists.tables import Line, Reading, Table

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELLS = 1_000_000
LONGEST_CELL = 2_000
UNPACKED = 120 * 1024 * 1024
"""Bytes that a packed spreadsheet may have when it is unpacked; more is meant to harm, or no list of organisations."""
_PARTS = 2_000
_BROKEN_UTF8 = re.compile("[ÃÂÄÅ][\u0080-\u00bf\u2018-\u201e\u0152-\u0192\u02c6\u02dc\u2020-\u2122\u20ac]")
_GERMAN = frozenset("äöüÄÖÜßéèêàáâçñóíığşİŞĞ§€–„“”’")
_DELIMITERS = ";,\t|"
_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([^"]+)"')
_REPEATED_ROWS = re.compile(
    rb'<table:table-row\b(?:[^>]*?number-rows-repeated="(\d{1,9})")?[^>]*>(.*?)</table:table-row>', re.S
)
_FILLED = re.compile(
    rb'<table:table-cell\b(?=[^>]*office:value-type)(?:[^>]*?number-columns-repeated="(\d{1,9})")?[^>]*>'
)
_SPACES = re.compile(r"[ \t\u00a0\u202f\u2007]+")


def read(data: bytes) -> Reading:
    """A file of at most 10 MB and 20,000 rows by what it is, not by what it is called.

    Raises `UnfitFile`: what `kind_of` raises, `list.bomb`, `list.too_many_rows`.
    """
    kind = kind_of(data)
    match kind:
        case "csv":
            return _csv(data)
        case "xlsx":
            _refuse_bombs(data)
            return _guarded(_xlsx, data)
        case _:
            if kind == "ods":
                _refuse_bombs(data)
            return _guarded(lambda read: _calamine(read, kind), data)


def _refuse_bombs(data: bytes) -> None:
    """Look into the packed file before a reader unpacks it: what its directory says of a size may be a lie."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        if len(parts) > _PARTS or sum(part.file_size for part in parts) > UNPACKED:
            raise UnfitFile("list.bomb")
        left = UNPACKED
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                text = _unpacked(packed, part, left)
                left -= len(text)
                if left <= 0 or b"<!ENTITY" in text or _cells_told(text) > MOST_CELLS:
                    raise UnfitFile("list.bomb")


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    try:
        with packed.open(part) as stream:
            return stream.read(most + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
        raise UnfitFile("file.broken") from error


def _cells_told(text: bytes) -> int:
    """How many cells a part makes a reader build: written ones, merged areas, and filled cells that are repeated."""
    told = text.count(b"<c ")
    told += sum(_area(ref.decode(errors="replace")) for ref in _MERGED.findall(text))
    for row in _REPEATED_ROWS.finditer(text):
        filled = sum(int(times or b"1") for times in _FILLED.findall(row[2]))
        told += filled * int(row[1] or b"1")
    return told


def _area(ref: str) -> int:
    try:
        first_column, first_row, last_column, last_row = range_boundaries(ref)
        return int((last_column - first_column + 1) * (last_row - first_row + 1))
    except (TypeError, ValueError):
        return MOST_CELLS + 1  # whole columns, or no place at all


def _guarded(reads: Any, data: bytes) -> Reading:
    """Whatever a reader stumbles over is one thing to the person: the file cannot be opened."""
    try:
        found: Reading = reads(data)
    except (UnfitFile, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine's panics are no Exception
        raise UnfitFile("file.broken") from error
    return found


# --- CSV -------------------------------------------------------------------------------------------------------------


def _csv(data: bytes) -> Reading:
    text, remarks = _decoded(data)
    if text.startswith("sep="):
        directive, _, text = text.partition("\n")
        delimiter = directive.strip()[4:5] or ";"
    else:
        delimiter = _delimiter(text)
    repaired = 0
    lines = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            whole = [_repaired(cell) for cell in cells[:MOST_COLUMNS]]
            repaired += sum(before != after for before, after in zip(cells, whole, strict=False))
            lines.append(Line(number, tuple(_clean(cell) for cell in whole)))
            if number > MOST_ROWS:
                raise UnfitFile("list.too_many_rows", most=MOST_ROWS)
    except csv.Error as error:
        raise UnfitFile("file.broken") from error
    if repaired:
        remarks.append(Reason("list.letters_repaired", {"cells": repaired}))
    return Reading("csv", [Table("", _filled(lines))], remarks)


def _decoded(data: bytes) -> tuple[str, list[Reason]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), []
    if is_utf16(data):
        little = data[:4096].count(b"\0", 1) and data[1:2] == b"\0"
        return data.decode("utf-16-le" if little else "utf-16-be", errors="replace"), []
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    best = max(("cp1252", "cp850", "mac_roman"), key=lambda name: _score(data.decode(name, errors="replace")))
    return data.decode(best, errors="replace"), [Reason("list.encoding", {"name": _ENCODINGS[best]})]


_ENCODINGS = {"cp1252": "Windows-1252", "cp850": "DOS 850", "mac_roman": "Mac Roman"}


def _score(text: str) -> int:
    """How German a text looks: letters that we know, against signs that nobody types."""
    foreign = [char for char in text if ord(char) > 126]
    return sum(1 if char in _GERMAN else -3 for char in foreign)


def _delimiter(text: str) -> str:
    """The sign that divides most lines into the same number of cells, at least two."""

    def evenness(sign: str) -> tuple[float, int]:
        rows = [len(row) for row in islice(csv.reader(io.StringIO(text[:200_000]), delimiter=sign), 60)]
        wide = Counter(size for size in rows if size > 1)
        if not wide:
            return 0.0, 0
        size, often = wide.most_common(1)[0]
        return often / len(rows), size

    try:
        return max(_DELIMITERS, key=evenness)
    except csv.Error as error:
        raise UnfitFile("file.broken") from error


def _repaired(cell: str) -> str:
    """UTF-8 that somebody read as Windows-1252, put right again: `TÃ¼r` -> `Tür`; anything else as it is."""
    if not _BROKEN_UTF8.search(cell):
        return cell
    try:
        return cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return cell


# --- XLSX: with colours, merged cells and hidden rows -----------------------------------------------------------------


def _xlsx(data: bytes) -> Reading:
    book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    palette = _palette(book.loaded_theme)
    tables, remarks, rows = [], [], 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            remarks.append(Reason("list.hidden_sheet", {"sheet": sheet.title}))
            continue
        table, repaired = _sheet(sheet, palette)
        rows += len(table.lines)
        if rows > MOST_ROWS:
            raise UnfitFile("list.too_many_rows", most=MOST_ROWS)
        tables.append(table)
        if repaired:
            remarks.append(Reason("list.letters_repaired", {"cells": repaired}))
        if hidden := sum(line.hidden for line in table.lines):
            remarks.append(Reason("list.hidden_rows", {"rows": hidden, "sheet": sheet.title}))
    return Reading("xlsx", tables, remarks)


def _sheet(sheet: Worksheet, palette: Sequence[str]) -> tuple[Table, int]:
    above = _merged_down(sheet)
    lines, legend, repaired = [], [], 0
    for number, row in _rows(sheet):
        cells, colours, continues = [""] * (max(row) + 1), {}, set()
        for at, cell in row.items():
            value = cell.value
            if (number, at) in above:
                value = above[number, at]
                continues.add(at)
            raw = _spoken(value)
            whole = _repaired(raw)
            repaired += raw != whole
            cells[at] = _clean(whole)
            if cells[at] and at not in continues:
                colours[at] = "struck" if cell.font and cell.font.strike else _colour(cell.fill, palette)
        coloured = [at for at, colour in colours.items() if colour not in ("", "struck")]
        if len(coloured) == 1:
            legend.append((colours[coloured[0]], cells[coloured[0]]))
        hidden = bool(sheet.row_dimensions[number].hidden) if number in sheet.row_dimensions else False
        marked = Counter(colour for colour in colours.values() if colour).most_common(1)
        lines.append(Line(number, tuple(cells), marked[0][0] if marked else "", hidden, frozenset(continues)))
    return Table(sheet.title, _filled(lines), legend), repaired


def _rows(sheet: Worksheet) -> Iterator[tuple[int, dict[int, Any]]]:
    """(number, column from 0 -> cell) of the rows in the file; asking the sheet itself would make all others."""
    rows: dict[int, dict[int, Any]] = {}
    for (number, column), cell in sheet._cells.items():
        if column <= MOST_COLUMNS:
            rows.setdefault(number, {})[column - 1] = cell
    yield from sorted(rows.items())


def _merged_down(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """(row, column from 0) -> value of the merged cell that begins above and reaches down to it."""
    found = {}
    for area in sheet.merged_cells.ranges:
        if area.max_row == area.min_row or area.max_row - area.min_row > MOST_ROWS:
            continue
        value = sheet.cell(area.min_row, area.min_col).value
        for row in range(area.min_row + 1, area.max_row + 1):
            found[row, area.min_col - 1] = value
    return found


def _palette(theme: bytes | str | None) -> Sequence[str]:
    """The colours of a workbook's theme in the order in which cells number them; without one the usual ones."""
    text = theme.decode(errors="replace") if isinstance(theme, bytes) else theme or ""
    scheme = text.partition("<a:clrScheme")[2].partition("</a:clrScheme>")[0]
    found = re.findall(r'(?:srgbClr val|lastClr)="([0-9A-Fa-f]{6})"', scheme)
    if len(found) < 10:
        found = ["000000", "FFFFFF", "44546A", "E7E6E6", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47"]
    return [found[1], found[0], found[3], found[2], *found[4:]]


def _colour(fill: Any, palette: Sequence[str]) -> str:
    """The word for the colour behind a cell; empty for none, white and black."""
    if fill is None or fill.fill_type != "solid":
        return ""
    colour = fill.fgColor
    if colour.type == "theme":
        rgb = palette[colour.theme] if colour.theme < len(palette) else "FFFFFF"
    elif colour.type == "indexed":
        rgb = _INDEXED.get(colour.indexed, "FFFFFF")
    else:
        rgb = str(colour.rgb)[-6:]
    return colour_word(rgb)


_INDEXED = {2: "FF0000", 3: "00FF00", 4: "0000FF", 5: "FFFF00", 6: "FF00FF", 7: "00FFFF", 10: "FF0000", 11: "00FF00",
            12: "0000FF", 13: "FFFF00", 14: "FF00FF", 15: "00FFFF", 17: "008000", 22: "C0C0C0", 23: "808080",
            42: "CCFFCC", 43: "FFFF99", 45: "FF99CC", 47: "FFCC99", 50: "99CC00", 51: "FFCC00", 52: "FF9900",
            53: "FF6600"}  # fmt: skip


def colour_word(rgb: str) -> str:
    """`FFC7CE` -> red: what a person would call it; empty for white, black and what is no colour."""
    try:
        red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError:
        return ""
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    if light > 0.97 or light < 0.08:
        return ""
    if full < 0.12:
        return "grey"
    degrees = hue * 360
    for end, word in ((15, "red"), (42, "orange"), (68, "yellow"), (170, "green"), (255, "blue"), (320, "purple")):
        if degrees < end:
            return word
    return "red"


# --- ODS and XLS ------------------------------------------------------------------------------------------------------


def _calamine(data: bytes, kind: str) -> Reading:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    tables, remarks, rows = [], [], 0
    for told in book.sheets_metadata:
        if "Visible" not in str(told.visible):
            remarks.append(Reason("list.hidden_sheet", {"sheet": told.name}))
            continue
        sheet = book.get_sheet_by_name(told.name)
        first_column = sheet.start[1] if sheet.start else 0
        lines = _filled(_lines(sheet.iter_rows(), first_column, sheet.merged_cell_ranges or []))
        rows += len(lines)
        if rows > MOST_ROWS:
            raise UnfitFile("list.too_many_rows", most=MOST_ROWS)
        tables.append(Table(told.name, lines))
    remarks.append(Reason("list.without_colours"))
    return Reading(kind, tables, remarks)


def _lines(rows: Iterable[Sequence[Any]], first_column: int, merged: Sequence[Any]) -> Iterator[Line]:
    """The reader gives rows from the first one on, but columns from the first filled one on.

    `merged`: (first, last) places, each (row, column) from 0.
    """
    down = {
        (row, first[1]): first
        for first, last in merged
        if last[0] > first[0] and last[0] - first[0] <= MOST_ROWS
        for row in range(first[0] + 1, last[0] + 1)
    }
    said: dict[tuple[int, int], str] = {}
    for at, row in enumerate(rows):
        cells = [""] * first_column + [_clean(_repaired(_spoken(value))) for value in row[:MOST_COLUMNS]]
        continues = set()
        for column in range(len(cells)):
            if (at, column) in down:
                cells[column] = said.get(down[at, column], "")
                continues.add(column)
            said[at, column] = cells[column]
        yield Line(at + 1, tuple(cells), continues=frozenset(continues))


# --- cells ------------------------------------------------------------------------------------------------------------


def _spoken(value: Any) -> str:
    """A cell's value as a text: days as 2026-09-27, whole numbers without a fraction, truth as ja or nein."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nein"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case time() | timedelta():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case _:
            return str(value)


def _clean(text: str) -> str:
    """Made fit as every text that a person typed; what nobody sees goes, for nobody is there to type it anew."""
    text = text[:LONGEST_CELL]
    try:
        found = fit(text)
    except UnfitText:
        found = fit("".join(char for char in text if char.isprintable() or char in "\n\t"))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in found.split("\n")).strip()


def _filled(lines: Iterable[Line]) -> list[Line]:
    """The lines in which anything stands."""
    return [line for line in lines if any(line.cells)]
