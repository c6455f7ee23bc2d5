"""How long a list takes from the file to the register and back, beside a register that is not empty.

    .venv/bin/python -m bench.lists [rows] [organisations known before]

One process does what the worker does, on SQLite and on PostgreSQL; seconds of the clock and of this process.
"""

import io
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openpyxl import Workbook
from sqlalchemy import select, update

from admission.casework.list_work import work_on_lists
from admission.ground import clock
from admission.ground.db import db, writing
from admission.lists import actions, queries
from admission.lists.models import ListRow, OfficeList
from admission.organisations.actions import found_all
from tests import cluster, installation
from tests.factories import publish

_FIRST = "Kultur Frauen Eltern Sport Jugend Senioren Theater Musik Tanz Lern Garten Rad Film Lese Schach Chor"
_SECOND = "verein gruppe treff initiative club zentrum kreis runde netz werkstatt"
_SOUNDS = "ba be bi bo bra da de di dor fa fen fi ga gel gra ha hel ka kel kra la len li ma men mo na nor pa ra ro sa"
FIRST, SECOND, SOUNDS = _FIRST.split(), _SECOND.split(), _SOUNDS.split()


def main() -> None:
    """Measure on both databases and print what each task took."""
    rows, known = (int(value) for value in (*sys.argv[1:], *("5000", "2000")[len(sys.argv) - 1 :]))
    running = cluster.Cluster()
    running.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "made").mkdir()
            templates = installation.Templates(Path(folder) / "made", str(running.port))
            for kind in ("sqlite", "postgresql"):
                _measure(kind, templates, Path(folder) / kind, rows, known)
    finally:
        running.stop()


def _measure(kind: str, templates: installation.Templates, here: Path, rows: int, known: int) -> None:
    here.mkdir()
    random.seed(7)
    with templates.fresh(kind, here) as address:
        app = installation.application(address, here)
        with app.app_context():
            publish()
            writing()
            found_all(db.session(), [(_name(), None) for _ in range(known)])
            held = actions.receive(db.session(), "liste.xlsx", _file(rows), clock.today(), by=None)
            db.session.commit()
            with _timed(f"{kind}: read and judge {rows} rows beside {known} organisations"):
                work_on_lists(db.session())
            _settle(held.id)
            with _timed(f"{kind}: take {rows} rows over"):
                work_on_lists(db.session())
            writing()
            actions.ask_to_take_back(actions.lock(db.session(), held.id), by=None, role="system")
            db.session.commit()
            with _timed(f"{kind}: take them back"):
                work_on_lists(db.session())
            assert queries.one(db.session(), held.id).state == "taken_back"
        installation.close(app)


def _settle(list_id: object) -> None:
    """Confirm the columns; whatever waits is another organisation."""
    writing()
    waiting = update(ListRow).where(ListRow.list_id == list_id, ListRow.fate == "waits")
    db.session.execute(waiting.values(decision="different", decided_at=clock.now()))
    row = db.session.scalars(select(OfficeList).where(OfficeList.id == list_id)).one()
    actions.map_columns(db.session(), row, {}, {}, None)
    actions.ask_to_take(db.session(), row, by=None, role="system")
    db.session.commit()


@contextmanager
def _timed(what: str) -> Iterator[None]:
    wall, own = time.perf_counter(), time.process_time()
    yield
    print(f"{what}: {time.perf_counter() - wall:.1f} s, {time.process_time() - own:.1f} s of them here", flush=True)


def _file(rows: int) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["Verein", "Ansprechperson", "Telefon", "E-Mail", "Adresse", "letzter Kontakt", "Mitglied"])
    for at in range(rows):
        street = f"{_word()}straße {at % 200}, 9900{at % 9} Musterfeld"
        sheet.append(
            [_name(), f"{_word()} {_word()}", f"0221 {4_000_000 + at}", f"post{at}@v{at}.example", street,
             f"{1 + at % 28}.{1 + at % 12}.2025", "ja" if at % 3 else ""]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name() -> str:
    return f"{random.choice(FIRST)}{random.choice(SECOND)} {_word()} {_word()}"


def _word() -> str:
    return "".join(random.choices(SOUNDS, k=random.randint(2, 4))).capitalize()


if __name__ == "__main__":
    main()
