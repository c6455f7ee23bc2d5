"""What a file holds once it was read: tables of cells, each line with the number that the office sees. Pure values."""

from collections.abc import Sequence
from dataclasses import dataclass

from admission.ground.errors import Reason

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "grey", "struck")
"""What marks a line: the colour behind its cells, or that it is struck through."""


@dataclass(frozen=True)
class Line:
    """One row of a sheet; `number` from 1, `cells` cleaned texts, days as 2026-09-27, empty where nothing stands."""

    number: int
    cells: tuple[str, ...]
    colour: str = ""
    hidden: bool = False
    continues: frozenset[int] = frozenset()
    """Columns whose value comes from a merged cell that begins in a row above."""

    def __getitem__(self, column: int) -> str:
        """The cell of a column; short rows go on with empty cells."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """One sheet, empty rows left out."""

    sheet: str
    lines: Sequence[Line]
    legend: Sequence[tuple[str, str]] = ()
    """(colour, text) of single coloured cells: what the office says that its colours mean."""


@dataclass(frozen=True)
class Reading:
    """A whole file, and what was noticed while it was read."""

    kind: str
    """csv, xlsx, ods or xls."""
    tables: Sequence[Table]
    remarks: Sequence[Reason] = ()
