"""Inbox, case page and register beside the floor: bare pages of the same rows by the bare driver.

Both are served by gunicorn as the handbook starts it, from the same city of a thousand cases, in rounds that alternate.
What counts is the CPU time of the workers for one request, because the clients share the machine. Targets: the inbox at
most 3 times its floor, the case page at most 4 times, the register at least 60 % of the rate of the floor's list.

    .venv/bin/python -m bench.pages [requests a round] [rounds]
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import event, select

from admission.cases.models import Case, ConflictDeclaration, Document
from admission.ground.db import db
from bench import city
from bench.served import Load, Server, environment, served
from bench.stage import KINDS, Stage, percentile, said, stage
from tests.installation import close

CASES = 1000
FLOOR_OFTENER = 3
"""The floor is asked so many times as often: its pages are short, and both should be measured equally long."""


@dataclass(frozen=True)
class Page:
    """One page of ours, and the floor's beside it."""

    name: str
    path: str
    floor: str


def main() -> None:
    """Measure on both databases and print medians and spread."""
    requests, rounds = (int(value) for value in (*sys.argv[1:], "120", "5")[:2])
    with stage() as found:
        for kind in KINDS:
            print(measured(found, kind, requests, rounds), flush=True)


def measured(found: Stage, kind: str, requests: int = 120, rounds: int = 5) -> str:
    """The text for this database."""
    with found.city(kind, CASES) as (address, folder):
        app = city.application(address, folder)
        with app.app_context():
            signed_in, number = city.cookie(app, city.reader()), _case_to_open()
        pages = (
            Page("inbox", "/buero", "/list"),
            Page("case page", f"/buero/vorgaenge/{number}", f"/case?number={number}"),
            Page("register", "/verzeichnis", "/register"),
        )
        statements = [_statements(app, page.path, signed_in) for page in pages]
        close(app)
        environ = environment(address, folder)
        with served("wsgi:app", environ) as ours, served("bench.floor:app", environ, "/") as floor:
            loads = [_alternating(ours, floor, page, signed_in, requests, rounds) for page in pages]
    lines = [_told(page, count, *both) for page, count, both in zip(pages, statements, loads, strict=True)]
    return "\n".join([f"{kind}, {CASES} cases", *lines, _rate_told(loads[2][0], loads[0][1])])


def _case_to_open() -> str:
    """The number of a case in the criteria check, with documents, that the reader may open."""
    free = select(ConflictDeclaration.case_id).where(
        ConflictDeclaration.account_id == city.reader(), ConflictDeclaration.conflict.is_(False)
    )
    with_papers = select(Document.case_id)
    query = select(Case.number).where(Case.id.in_(free), Case.id.in_(with_papers), Case.ended_at.is_(None))
    number = db.session.scalars(query.order_by(Case.revision.desc(), Case.number)).first()
    assert number is not None  # the fictional city has one
    return number


def _statements(app: Flask, path: str, signed_in: str) -> int:
    found: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if not sql.startswith(("BEGIN", "PRAGMA")):
            found.append(sql)

    client = app.test_client(use_cookies=False)
    for _ in range(2):  # the first time the edition is read, which is kept afterwards
        found.clear()
        event.listen(engine, "before_cursor_execute", note)
        answer = client.get(path, headers={"Cookie": signed_in})
        event.remove(engine, "before_cursor_execute", note)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    return len(found)


def _alternating(
    ours: Server, floor: Server, page: Page, signed_in: str, requests: int, rounds: int
) -> tuple[list[Load], list[Load]]:
    mine, theirs = [], []
    ours.load(page.path, requests, signed_in)
    floor.load(page.floor, requests)
    for _ in range(rounds):
        mine.append(ours.load(page.path, requests, signed_in))
        theirs.append(floor.load(page.floor, requests * FLOOR_OFTENER))
    return mine, theirs


def _told(page: Page, statements: int, mine: Sequence[Load], theirs: Sequence[Load]) -> str:
    ratios = [one.cpu / other.cpu for one, other in zip(mine, theirs, strict=True)]
    return (
        f"  {page.name}: CPU {said([load.cpu for load in mine])} ms, floor {said([load.cpu for load in theirs])} ms, "
        f"ratio {said(ratios)}; p50 {_p50(mine):.1f} ms, floor {_p50(theirs):.1f} ms; "
        f"{mine[0].size / 1000:.1f} KB, floor {theirs[0].size / 1000:.1f} KB; {statements} statements"
    )


def _rate_told(register: Sequence[Load], floor: Sequence[Load]) -> str:
    rates = [one.rate / other.rate * 100 for one, other in zip(register, floor, strict=True)]
    costs = [other.cpu / one.cpu * 100 for one, other in zip(register, floor, strict=True)]
    return f"  register: {said(rates, 0)} % of the floor list's requests a second, by CPU {said(costs, 0)} %"


def _p50(loads: Sequence[Load]) -> float:
    return percentile([one for load in loads for one in load.times], 50)


if __name__ == "__main__":
    main()
