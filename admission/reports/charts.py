"""Charts as plain coordinates for inline SVG; the words and the table behind each stand in the template. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LEFT, RIGHT, TOP, BOTTOM = 34.0, 304.0, 22.0, 230.0
LINES = 4
"""Lines of the grid above zero."""
STEPS = (1, 2, 5)
ROOM = 17.0
"""Two labels at the right edge need so much between their first lines, times two for their two lines."""


@dataclass(frozen=True)
class Series:
    """One line: its path, its end, and where its label stands."""

    path: str
    x: float
    y: float
    label: float


@dataclass(frozen=True)
class LineChart:
    """Some lines over the same days; `grid` are (height, value) from zero upwards, `ticks` the places of the days."""

    series: tuple[Series, ...]
    grid: tuple[tuple[float, int], ...]
    ticks: tuple[float, ...]


@dataclass(frozen=True)
class Bar:
    """One part of a bar 700 units wide."""

    x: int
    width: int


def lines(values: Sequence[Sequence[int]]) -> LineChart:
    """Lines over equally distant days; every series has as many values as the others, at least two."""
    step = _step(max(1, *(max(row) for row in values)))
    top = step * LINES

    def height(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    count = len(values[0])
    ticks = tuple(round(LEFT + (RIGHT - LEFT) * at / (count - 1), 1) for at in range(count))
    series = []
    for row in values:
        points = [f"{x} {height(value)}" for x, value in zip(ticks, row, strict=True)]
        series.append(Series("M" + "L".join(points), ticks[-1], height(row[-1]), height(row[-1]) - 3))
    grid = tuple((height(step * at), step * at) for at in range(LINES + 1))
    return LineChart(_apart(series), grid, ticks)


def bar(values: Sequence[int], gap: int = 3, width: int = 700) -> list[Bar]:
    """Parts of a bar, as long as their values; a part of nothing has no length."""
    total = sum(values) or 1
    shown = [value for value in values if value]
    room = width - gap * max(0, len(shown) - 1)
    bars, x = [], 0
    for value in values:
        length = round(room * value / total)
        bars.append(Bar(x, length))
        x += length + gap if value else 0
    return bars


def _step(largest: int) -> int:
    """The smallest step of 1, 2 or 5 times a power of ten whose fourth line is not below the largest value."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * LINES >= largest:
                return step * power
        power *= 10


def _apart(series: list[Series]) -> tuple[Series, ...]:
    """Labels that would lie on each other are moved apart, the upper one upwards."""
    ordered = sorted(range(len(series)), key=lambda at: series[at].y)
    for above, below in pairwise(ordered):
        wanted = 2 * ROOM + 2
        if series[below].label - series[above].label < wanted:
            low = series[below]
            series[below] = Series(low.path, low.x, low.y, series[above].label + wanted)
    return tuple(series)


WIDE, TILE, TALL = 2, 200.0, 76.0
"""Tiles in a row, and the size of one."""
LARGEST, SMALLEST = 30.0, 3.0
"""Radii of the disc of the largest count and of none."""
LINE = 16
"""Letters of a name beside its disc before it is broken."""


@dataclass(frozen=True)
class Tile:
    """One place of a picture: its corner, the radius of its disc, its name on one line or two."""

    x: float
    y: float
    radius: float
    name: tuple[str, ...]


def tiles(counts: Sequence[tuple[str, int]]) -> list[Tile]:
    """A tile for each (name, count), the areas of the discs as large as the counts."""
    most = max([1, *(count for _, count in counts)])
    return [
        Tile(
            TILE * (at % WIDE),
            TALL * (at // WIDE),
            round(SMALLEST + (LARGEST - SMALLEST) * (count / most) ** 0.5, 1),
            _broken(name),
        )
        for at, (name, count) in enumerate(counts)
    ]


def _broken(name: str) -> tuple[str, ...]:
    """A long name on two lines, torn behind a hyphen or at a space; else in one that is cut."""
    if len(name) <= LINE:
        return (name,)
    places = [at + 1 for at, letter in enumerate(name) if letter in " -" and 2 < at < len(name) - 2]
    if not places:
        return (name[: LINE - 1] + "…",)
    at = min(places, key=lambda place: abs(place - len(name) / 2))
    return tuple(part if len(part) <= LINE else part[: LINE - 1] + "…" for part in (name[:at].strip(), name[at:]))
