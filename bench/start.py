"""How long until the first answer, what a worker holds in memory, and how long until an empty database is ready.

gunicorn is started as the handbook says (preloaded, two workers of four threads) on the fictional city; memory is read
after the workers have answered public pages and pages of the office. Targets: first answer within 1 s, at most 60 MB
PSS and 100 MB RSS a worker, an empty database ready within 5 s of the operator's command.

    .venv/bin/python -m bench.start [rounds]
"""

import os
import subprocess
import sys
import time

from bench import city
from bench.served import ROOT, environment, served
from bench.stage import KINDS, Stage, said, stage
from tests.installation import close

PAGES = ("/", "/kriterien", "/verfahren", "/selbstcheck", "/verzeichnis", "/zahlen", "/buero")
ASKED = 40
"""Times each page is asked for, so that every thread of every worker has answered."""


def main() -> None:
    """Measure on both databases and print medians and spread."""
    rounds = int((*sys.argv[1:], "5")[0])
    with stage() as found:
        for kind in KINDS:
            print(measured(found, kind, rounds), flush=True)


def measured(found: Stage, kind: str, rounds: int = 5) -> str:
    """The text for this database."""
    starts, spent, ready, bare = [], [], [], []
    memory: dict[str, list[float]] = {}
    with found.city(kind) as (address, folder):
        app = city.application(address, folder)
        with app.app_context():
            signed_in = city.cookie(app, city.reader())
        close(app)
        for _ in range(rounds):
            ready.append(_made_ready(found, kind))
            with served("wsgi:app", environment(address, folder), first="/healthz") as server:
                starts.append(server.started)
                spent.append(server.spent)
                for path in PAGES:
                    server.load(path, ASKED, signed_in)
                for name, values in server.memory().items():
                    memory.setdefault(name, []).extend(values)
            with served("bench.floor:app", environment(address, folder), first="/") as floor:
                bare.append(floor.started)
    pss, rss, own = (said(memory[name], 1) for name in ("Pss", "Rss", "Private_Dirty"))
    return (
        f"{kind}: first answer after {said(starts)} s, of it {said(spent)} s at work; bare Flask {said(bare)} s\n"
        f"  a worker holds PSS {pss} MB, RSS {rss} MB, of its own {own} MB\n"
        f"  an empty database is ready after {said(ready)} s; {rounds} rounds"
    )


def _made_ready(found: Stage, kind: str) -> float:
    """Seconds of `flask db upgrade` on a database without tables, the start of Python included."""
    with found.empty(kind) as (address, folder):
        command = [sys.executable, "-m", "flask", "--app", "manage", "db", "upgrade"]
        begun = time.perf_counter()
        subprocess.run(
            command, check=True, cwd=ROOT, capture_output=True, env=os.environ | environment(address, folder)
        )
        return time.perf_counter() - begun


if __name__ == "__main__":
    main()
