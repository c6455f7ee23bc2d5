"""The inbox of a small city and of one a hundred times as large: every list it offers, and the pages behind the first.

Two servers answer in turn, and the best of some rounds counts: the slowest of sixty medians would be chance. A list
that is shorter than a page in the small city is compared with the small city's inbox itself, which fills one, because
every row costs the same to show wherever it comes from. Target: at most 1.5 times.

    .venv/bin/python -m bench.inbox [cases] [rounds]
"""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from admission.casework.inbox import OPEN, PAGE
from bench import city
from bench.served import Server, environment, served
from bench.stage import KINDS, Stage, said, stage
from tests.installation import close

FEW, MANY = 1000, 100_000
WARM = 40
"""Requests after which every thread of a server has shown a page."""
LISTS = ("", "wir", "andere", *OPEN)
WHOSE = ("", "ich", "niemand")
NEXT = re.compile(r'href="(/buero\?[^"]*nach=[^"]*)"')
ROW = '<th scope="row">'


@dataclass(frozen=True)
class Place:
    """A city of some size, its server, and the cookie of the clerk who reads."""

    server: Server
    cookie: str

    def timed(self, path: str) -> tuple[float, str]:
        """Milliseconds until the page was there, and the page."""
        begun = time.perf_counter()
        head, body = self.server.ask(path, self.cookie)
        if " 200 " not in head.splitlines()[0]:
            raise RuntimeError(f"{path}: {head.splitlines()[0]}")
        return (time.perf_counter() - begun) * 1000, body.decode()


@dataclass(frozen=True)
class Compared:
    """One list in both cities: the best of its milliseconds, and how many rows the small city shows."""

    path: str
    few: float
    many: float
    rows: int

    def ratio(self, whole: "Compared") -> float:
        """How much longer the large city takes; `whole`: the inbox, for lists that are shorter in the small one."""
        return self.many / (self.few if self.rows == PAGE else max(self.few, whole.few))


def main() -> None:
    """Measure on both databases and print what is slowest."""
    many, rounds = (int(value) for value in (*sys.argv[1:], str(MANY), "7")[:2])
    with stage() as found:
        print(measured(found, many, rounds))


def measured(found: Stage, many: int = MANY, rounds: int = 7) -> str:
    """The text for both databases, whose large cities grow at the same time."""
    with ExitStack() as kept:
        cities = {(kind, cases): kept.enter_context(found.city(kind)) for kind in KINDS for cases in (FEW, many)}
        with ThreadPoolExecutor(len(KINDS)) as pool:
            list(pool.map(lambda of: city.grow(*cities[of], of[1]), cities))
        return "\n".join(
            _measured(kind, [cities[kind, cases] for cases in (FEW, many)], many, rounds) for kind in KINDS
        )


def _measured(kind: str, cities: Sequence[tuple[str, Path]], many: int, rounds: int) -> str:
    with ExitStack() as servers:
        places = [
            Place(servers.enter_context(served("wsgi:app", environment(*one))), _signed_in(*one)) for one in cities
        ]
        for place in places:
            place.server.load("/buero", WARM, place.cookie)
        found = [_compare(places, path, rounds) for path in _addresses(places)]
    whole = found[0]
    by_ratio = sorted(found, key=lambda one: one.ratio(whole), reverse=True)
    lines = [
        f"    {one.path}: {one.few:.1f} ms, {one.many:.1f} ms, ratio {one.ratio(whole):.2f}" for one in by_ratio[:3]
    ]
    ratios = said([one.ratio(whole) for one in found])
    return "\n".join(
        (
            f"{kind}: the inbox takes {whole.few:.1f} ms with {FEW} cases and {whole.many:.1f} ms with {many}",
            f"  {len(found)} lists and further pages, best of {rounds}: ratio {ratios}; the slowest:",
            *lines,
        )
    )


def _addresses(places: Sequence[Place]) -> Iterator[tuple[str, str]]:
    """Every list in both cities, then the page behind each, which has a key of its own in each city."""
    few, many = places
    lists = [_address(stand=stand, zustaendig=whose) for whose in WHOSE for stand in LISTS]
    yield from ((path, path) for path in lists)
    for path in lists:
        if behind := _next(many, path):
            yield _next(few, path) or behind, behind


def _compare(places: Sequence[Place], paths: tuple[str, str], rounds: int) -> Compared:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, path, own in zip(places, paths, times, strict=True):
            spent, page = place.timed(path)
            own.append(spent)
            if place is places[0]:
                rows = page.count(ROW)
    return Compared(paths[1], min(times[0]), min(times[1]), rows)


def _next(place: Place, path: str) -> str:
    found = NEXT.search(place.timed(path)[1])
    return unescape(found[1]) if found else ""


def _address(**filters: str) -> str:
    asked = urlencode({name: value for name, value in filters.items() if value})
    return f"/buero?{asked}" if asked else "/buero"


def _signed_in(address: str, folder: Path) -> str:
    app = city.application(address, folder)
    with app.app_context():
        cookie = city.cookie(app, city.reader())
    close(app)
    return cookie


if __name__ == "__main__":
    main()
