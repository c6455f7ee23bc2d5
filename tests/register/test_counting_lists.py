"""The number of every past day, also after lists were taken over and back: events and entries come to the same."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from admission.casework.list_work import work_on_lists
from admission.ground import clock
from admission.ground.db import db, writing
from admission.lists import actions
from admission.lists.models import OfficeList
from admission.organisations.models import Organisation
from admission.register.counting import as_known_then, belonging, exact, tally
from admission.register.events import fold, note, take_back
from admission.register.models import Event
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from tests.factories import account, edition_bytes
from tests.register.recount import recount

RULES = rules_of(Rulebook(edition_bytes()).register)
START = date(2025, 1, 10)
NAMES = ("Chor Kieselstein", "Filmklub Lichtspalt", "Radwerkstatt Speiche", "Weltladen Muskatnuss", "Lernhaus Rote Tür")
DAYS = st.integers(0, 600)
MONTHS = (timedelta(days=30 * month) for month in count())
"""Each example plays after the one before it in the same database: the log's time does not go back."""
ROWS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "ja"]), st.none() | DAYS), min_size=1, max_size=5
)
DEEDS = st.one_of(
    st.tuples(st.just("import"), DAYS, ROWS),
    st.tuples(st.just("back"), st.integers(0, 3)),
    st.tuples(st.sampled_from(["confirmed", "ended", "standing"]), st.sampled_from(NAMES), DAYS),
    st.tuples(st.just("corrected"), st.sampled_from(NAMES)),
    st.tuples(st.just("fold")),
)


def groups(found) -> Counter:
    return Counter({tuple(sorted(sets)): number for sets, number in found.groups.items()})


def day(after: int) -> date:
    return START + timedelta(days=after)


def imports(clerk, as_of: int, rows) -> None:
    lines = ["Verein;Mitglied;letzter Kontakt;Nr"]
    for at, (name, member, contact) in enumerate(rows):
        lines.append(f"{name};{member};{'' if contact is None else day(contact).isoformat()};{clock.now()} {at}")
    writing()
    held = actions.receive(db.session(), "liste.csv", "\n".join(lines).encode(), day(as_of), by=clerk)
    db.session.commit()
    works(held, lambda row: actions.map_columns(db.session(), row, {}, {}, clerk))
    works(held, lambda row: actions.ask_to_take(db.session(), row, by=clerk, role="caseworker"), needed="ready")


def works(held: OfficeList, ask, needed: str = "") -> None:
    work_on_lists(db.session())
    writing()
    row = actions.lock(db.session(), held.id)
    if row.state == "open" and (not needed or actions.queries.counts(db.session(), held.id)[needed]):
        ask(row)
    db.session.commit()
    work_on_lists(db.session())
    db.session.rollback()


def happens(clerk, deed) -> None:
    session = db.session()
    match deed:
        case ("import", as_of, rows):
            imports(clerk, as_of, rows)
        case ("back", which):
            query = select(OfficeList).where(OfficeList.state == "open", OfficeList.taken_at.is_not(None))
            taken = session.scalars(query.order_by(OfficeList.uploaded_at)).all()
            if which < len(taken):
                works(taken[which], lambda row: actions.ask_to_take_back(row, by=clerk, role="caseworker"))
        case ("fold",):
            writing()
            fold(session, RULES)
            session.commit()
        case ("corrected", name):
            writing()
            query = select(Event).join(Organisation).where(Organisation.name == name, Event.taken_back_at.is_(None))
            if row := session.scalars(query.order_by(Event.place.desc())).first():
                take_back(session, [row], by=clerk, role="caseworker", cause="mistake")
            session.commit()
        case (kind, name, after):
            writing()
            row = session.scalar(select(Organisation).where(Organisation.name == name))
            code = {"confirmed": "phone", "ended": "dissolved", "standing": "guest"}[kind]
            if row is not None:
                note(session, row, kind, day(after), code, by=clerk, role="caseworker")
            session.commit()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=2, max_size=9))
def test_every_past_day_recomputes_after_lists_come_and_go(app, deeds):
    writing()
    clerk = account(None, "caseworker")
    before = datetime(2026, 10, 1, 9, tzinfo=UTC) + next(MONTHS)
    for at, deed in enumerate(deeds):
        with clock.at(before + timedelta(days=3 * at)):
            happens(clerk, deed)

    now = [before.date() + timedelta(days=days) for days in (-1, 4, 13, 40)]
    for on in (day(0), day(150), day(300), day(600), *now):
        counted = recount(on)
        assert groups(exact(db.session(), RULES, on)) == counted
        assert groups(tally(db.session(), RULES, on)) == counted
        assert Counter(tuple(sorted(sets)) for sets in belonging(db.session(), RULES, on).values()) == counted
        then = as_known_then(db.session(), RULES, on)
        assert (groups(then) if then else counted) == recount(on, known_at=clock.end_of(on))
    db.session.rollback()
