"""How long the public register takes to find something, and how long its figures take to be counted.

    .venv/bin/python -m bench.finding [organisations]      2000 and 100000 unless told

On SQLite and on PostgreSQL, in one process. Each line: the whole page through the application without a server, the
same statements alone on the bare driver, and how the one stands to the other; milliseconds, the median with its spread.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, create_engine, event, insert
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from admission.cases.models import Case
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.ids import new_id, random_text
from admission.organisations.models import Organisation
from admission.organisations.rules import folded, slug
from admission.register import cards
from admission.register.counting import exact, tally
from admission.register.events import fold
from admission.register.models import Consent, Event, Field
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from bench.drivers import driver
from bench.stage import KINDS, percentile, said
from tests import cluster, factories, installation
from tests.log.tampering import switch_off

ROUNDS = 25
WARM = 3
BATCH = 2000
FIELDS = ("culture", "education", "youth", "women", "arrival", "sport", "seniors", "work", "languages", "counselling")
DISTRICTS = ("Altstadt", "Brückenau", "Lerchenfeld", "Nordhafen", "Weberviertel")
LANGUAGES = ("Arabisch", "Deutsch", "Französisch", "Kurmandschi", "Russisch", "Türkisch", "Ukrainisch", "Vietnamesisch")
OFFERS = ("Beratung", "Chor", "Frühstück", "Hausaufgabenhilfe", "Nähwerkstatt", "Sprachkurs", "Tanz", "Theater")
_FIRST = "Kultur Frauen Eltern Sport Jugend Senioren Theater Musik Tanz Lern Garten Rad Film Lese Schach Chor"
_SECOND = "verein gruppe treff initiative club zentrum kreis runde netz werkstatt"
_SOUNDS = "ba be bi bo bra da de di dor fa fen fi ga gel gra ha hel ka kel kra la len li ma men mo na nor pa ra"
FIRST, SECOND, SOUNDS = _FIRST.split(), _SECOND.split(), _SOUNDS.split()
ASKED = {
    "the whole list": "/verzeichnis",
    "far behind": "/verzeichnis?nach=theater",
    "a rare word": "/verzeichnis?q={rare}",
    "two words": "/verzeichnis?q={rare} {first}",
    "a mistyped word": "/verzeichnis?q={typo}",
    "a word of many": "/verzeichnis?q=verein",
    "two choices": "/verzeichnis?bezirk=altstadt&sprache=arabisch",
    "a word and a choice": "/verzeichnis?q=frauen&bezirk=nordhafen",
}


def main() -> None:
    """Measure each size on both databases."""
    sizes = [int(value) for value in sys.argv[1:]] or [2_000, 100_000]
    running = cluster.Cluster()
    running.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "made").mkdir()
            templates = installation.Templates(Path(folder) / "made", str(running.port))
            for size in sizes:
                for kind in KINDS:
                    here = Path(folder) / f"{kind}-{size}"
                    here.mkdir()
                    with templates.fresh(kind, here) as address:
                        _measure(kind, address, here, size)
    finally:
        running.stop()


def _measure(kind: str, address: str, here: Path, size: int) -> None:
    random.seed(11)
    app = installation.application(address, here, RATELIMIT_ENABLED=False)
    with app.app_context():
        book = factories.publish()
        rules = rules_of(book.register)
        print(f"\n{kind}, {size} organisations", flush=True)
        names = _timed("made", lambda: _fill(app, book, size))
        _tidy()
        _timed("card index made anew", lambda: cards.rebuild(_write()))
        _timed("figures folded", lambda: _fold(rules))
        _tidy()
        engine = db.engine
    connection, _ = driver(address)
    first, rare, _rest = names[size // 2].lower().split()
    words = {"rare": rare, "first": first, "typo": _mistyped(rare)}
    for what, path in ASKED.items():  # each request brings its own context, as on a server
        _compare(app, engine, connection, what, path.format(**words))
    connection.close()
    with app.app_context():
        _figures(rules)
    installation.close(app)


def _compare(app: Flask, engine: Engine, connection: Any, what: str, path: str) -> None:
    """One page, and the statements that it sends, alone."""
    client = app.test_client()
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, values: Any, *_rest: object) -> None:
        sent.append((sql, values))

    def opens() -> None:
        assert client.get(path).status_code == 200, path

    whole = _rounds(opens)
    event.listen(engine, "before_cursor_execute", note)
    opens()
    event.remove(engine, "before_cursor_execute", note)
    asked = [(sql, values) for sql, values in sent if sql != "BEGIN"]

    def bare() -> None:
        for sql, values in asked:
            connection.cursor().execute(sql, values).fetchall()

    alone = _rounds(bare)
    ratio = percentile(whole, 50) / percentile(alone, 50)
    print(f"  {what}: {said(whole, 1)} ms, p95 {percentile(whole, 95):.1f}; bare driver {said(alone, 1)} ms; "
          f"{ratio:.1f} times, {len(asked)} statements", flush=True)  # fmt: skip


def _figures(rules: Sequence[Any]) -> None:
    """The number of a day from the kept sums, and counted anew from all events: they must be the same."""
    day = clock.today() - timedelta(days=200)

    def kept() -> None:
        tally(db.session(), rules, day)

    began = time.perf_counter()
    anew = exact(db.session(), rules, day)
    slow = time.perf_counter() - began
    same = tally(db.session(), rules, day).groups == anew.groups
    print(f"  figures of a day: kept {said(_rounds(kept), 1)} ms, counted anew {slow * 1000:.0f} ms; "
          f"{anew.size('known')} known; {'they agree' if same else 'THEY DIFFER'}", flush=True)  # fmt: skip
    db.session.rollback()
    if not same:
        raise SystemExit(1)


def _rounds(does: Callable[[], None]) -> list[float]:
    """Milliseconds of each round, without the first ones."""
    found = []
    for _ in range(WARM + ROUNDS):
        began = time.perf_counter()
        does()
        found.append((time.perf_counter() - began) * 1000)
    return found[WARM:]


def _timed(what: str, does: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    made = does()
    print(f"  {what} in {time.perf_counter() - began:.1f} s", flush=True)
    return made


def _fill(app: Flask, book: Rulebook, size: int) -> list[str]:
    """Members with full entries, written past the engine: a list needs rows and no histories. Returns their names."""
    by = factories.account()
    db.session.rollback()
    address = app.config["SQLALCHEMY_DATABASE_URI"].replace(f"//{cluster.OWNER}@", "//postgres@")
    names = [f"{random.choice(FIRST)}{random.choice(SECOND)} {_word()} {_word()}" for _ in range(size)]
    with create_engine(address, poolclass=NullPool).connect() as connection, Session(connection) as session:
        switch_off(connection)
        for at in range(0, size, BATCH):
            for table, rows in _rows(names[at : at + BATCH], at, book, by).items():
                session.execute(insert(table), rows)
            session.commit()
        connection.commit()
    return names


def _rows(names: Sequence[str], first: int, book: Rulebook, by: UUID) -> dict[Any, list[dict[str, Any]]]:
    made: dict[Any, list[dict[str, Any]]] = {table: [] for table in (Organisation, Case, Field, Consent, Event)}
    now = clock.now()
    for at, name in enumerate(names, first):
        key, since = new_id(), clock.today() - timedelta(days=random.randrange(900))
        made[Organisation].append(
            {"id": key, "slug": f"{slug(name)[:60]}-{at}", "name": name, "search_name": folded(name),
             "pseudonym": random_text(), "created_at": now}
        )  # fmt: skip
        made[Case].append(
            {"id": new_id(), "kind": "membership", "edition": book.digest, "state": "member", "revision": 1,
             "state_since": since, "organisation_id": key, "opened_at": now, "title": "", "language": "de"}
        )  # fmt: skip
        fields = _fields(name)
        for field, value in fields.items():
            made[Field].append(
                {"id": new_id(), "organisation_id": key, "name": field, "value": value, "changed_at": now}
            )
            made[Consent].append(
                {"id": new_id(), "organisation_id": key, "field": field, "purpose": "public", "given_by": by,
                 "given_at": now}
            )  # fmt: skip
        made[Event] += list(_events(key, since, at * 10 + 1_000_000, now))
    return made


def _fields(name: str) -> dict[str, str]:
    some: Callable[[Sequence[str], int], list[str]] = random.sample
    return {
        "name": name,
        "field": "\n".join(some(FIELDS, random.randint(1, 2))),
        "districts": "\n".join(some(DISTRICTS, random.choice((1, 1, 1, 2)))),
        "languages": ", ".join(some(LANGUAGES, random.randint(1, 3))),
        "offers": "\n".join(f"{offer}; dienstags" for offer in some(OFFERS, random.randint(1, 2))),
        "description": f"Wir sind {_word()} und {_word()} aus der Stadt und treffen uns jede Woche.",
    }


def _events(organisation: UUID, since: date, place: int, now: Any) -> Iterator[dict[str, Any]]:
    told = [("known", "list", since), ("standing", "member", since), ("consent_given", "name/public", since)]
    if random.random() < 0.5:
        told.append(("confirmed", "link", min(since + timedelta(days=300), clock.today())))
    for at, (kind, code, on) in enumerate(told):
        yield {"id": new_id(), "organisation_id": organisation, "kind": kind, "on": on, "detail": code,
               "place": place + at, "recorded_at": now, "folded": False}  # fmt: skip


def _fold(rules: Sequence[Any]) -> None:
    writing()
    while fold(db.session(), rules):
        db.session.commit()
        writing()
    db.session.commit()


def _tidy() -> None:
    """What a database does by itself in its quiet hours."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _write() -> Session:
    writing()
    return db.session()


def _mistyped(word: str) -> str:
    """Two letters in the middle change places."""
    at = len(word) // 2
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def _word() -> str:
    return "".join(random.choices(SOUNDS, k=random.randint(3, 4))).capitalize()


if __name__ == "__main__":
    main()
