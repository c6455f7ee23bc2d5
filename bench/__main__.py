"""All measurements one after the other, as one text: `make bench`."""

import time
from collections.abc import Callable

from bench import inbox, move, pages, start, writers
from bench.stage import KINDS, Stage, stage


def main() -> None:
    """Measure everything on both databases."""
    begun = time.perf_counter()
    _heading("One step of a case: targets 2.5 times the bare driver on PostgreSQL, 4.0 on SQLite")
    move.main()
    with stage() as found:
        for title, measured in PARTS.items():
            _heading(title)
            for kind in KINDS:
                print(measured(found, kind), flush=True)
        _heading("Inbox, small and large: target 1.5 times")
        print(inbox.measured(found), flush=True)
    print(f"\n{(time.perf_counter() - begun) / 60:.1f} minutes in all")


PARTS: dict[str, Callable[[Stage, str], str]] = {
    "Sixteen writers: targets 50 % of the bare driver on PostgreSQL, 30 % on SQLite, p99 500 ms": writers.measured,
    "Pages: targets 3 times the floor (inbox), 4 times (case page), 60 % of the floor list's rate": pages.measured,
    "Start and memory: targets 1 s, PSS 60 MB, RSS 100 MB, empty database 5 s": start.measured,
}


def _heading(text: str) -> None:
    print(f"\n{text}", flush=True)


if __name__ == "__main__":
    main()
