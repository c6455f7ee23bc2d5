"""The number of every past day: kept sums, events and log entries come to the same, whatever happened in between."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import or_, select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations import actions as organisations
from admission.organisations.models import Merge, Organisation
from admission.register.actions import give_consent, withdraw_consents
from admission.register.counting import as_known_then, belonging, exact, flows, tallies, tally
from admission.register.events import condense, fold, note, take_back
from admission.register.merging import merge, split, why_not
from admission.register.models import Event
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from tests.factories import account, edition_bytes
from tests.register.recount import recount

RULES = rules_of(Rulebook(edition_bytes()).register)
START = date(2024, 1, 10)
DAYS = st.integers(0, 900)
KINDS = st.sampled_from(
    [
        ("known", "list"),
        ("known", "event"),
        ("ended", "dissolved"),
        ("confirmed", "link"),
        ("confirmed", "phone"),
        ("contact", "visit"),
        ("activity", "event"),
        ("standing", "network"),
        ("standing", "guest"),
        ("flagged", "hosted"),
        ("flagged", "umbrella"),
        ("unflagged", "hosted"),
        ("consent", "name"),
        ("consent", "phone"),
        ("corrected", ""),
        ("merged", ""),
        ("merged", ""),
        ("split", ""),
        ("fold", ""),
        ("condense", ""),
    ]
)
HISTORIES = st.lists(st.tuples(st.integers(0, 4), KINDS, DAYS, st.integers(0, 400)), min_size=1, max_size=25)


def groups(found) -> Counter:
    return Counter({tuple(sorted(sets)): number for sets, number in found.groups.items()})


def play(history, clerk) -> list[date]:
    """Record a history; returns the days that it speaks of. The log's time goes on, the days jump about."""
    writing()
    found = [organisations.found(db.session(), f"Verein {number}") for number in range(5)]
    db.session.commit()
    ids = [row.id for row in found]
    days = []
    for at, (which, (kind, code), after, late) in enumerate(history):
        day = START + timedelta(days=after)
        days.append(day)
        with clock.at(datetime(2026, 11, 1, 9, tzinfo=UTC) + timedelta(minutes=at) - timedelta(days=late)):
            writing()
            happens(db.session.get_one(Organisation, ids[which]), kind, code, day, clerk)
            db.session.commit()
    return days


def happens(organisation: Organisation, kind: str, code: str, day: date, clerk) -> None:
    session = db.session()
    if kind == "fold":
        fold(session, RULES)
    elif kind == "condense":
        condense(session)
    elif kind == "consent":
        if not give_consent(session, organisation, code, by=clerk, role="applicant"):
            withdraw_consents(session, organisation, [code], by=clerk, role="applicant")
    elif kind == "corrected":
        query = select(Event).where(Event.organisation_id == organisation.id, Event.taken_back_at.is_(None))
        row = session.scalars(query.order_by(Event.place.desc())).first()
        if row is not None and row.recorded_at <= clock.now():
            take_back(session, [row], by=clerk, role="caseworker", cause="mistake")
    elif kind in ("merged", "split") and _merged_later(session):
        pass  # what was said at an instant to come cannot be answered now
    elif kind == "merged":
        other = session.scalars(select(Organisation).order_by(Organisation.slug).offset(day.day % 5)).first()
        if not why_not(session, organisation, other):
            merge(session, organisation, other, "beide sind eins", by=clerk, role="caseworker")
    elif kind == "split":
        open_ = select(Merge).where(Merge.ended_at.is_(None)).order_by(Merge.merged_at, Merge.id)
        if rows := session.scalars(open_).all():
            split(session, rows[day.day % len(rows)], "doch zwei", by=clerk, role="caseworker")
    else:
        note(session, organisation, kind, day, code, by=clerk, role="caseworker")


def _merged_later(session) -> bool:
    later = or_(Merge.merged_at > clock.now(), Merge.ended_at > clock.now())
    return session.scalar(select(Merge.id).where(later).limit(1)) is not None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_every_past_day_recomputes_from_the_entries(app, history):
    writing()
    clerk = account(None, "caseworker")
    spoken = play(history, clerk)

    for day in sorted({near for on in spoken[-6:] for near in (on - timedelta(days=1), on, on + timedelta(days=366))}):
        counted = recount(day)
        assert groups(exact(db.session(), RULES, day)) == counted
        assert groups(tally(db.session(), RULES, day)) == counted
        assert Counter(tuple(sorted(sets)) for sets in belonging(db.session(), RULES, day).values()) == counted
        then = as_known_then(db.session(), RULES, day)
        known = recount(day, known_at=clock.end_of(day))
        assert (groups(then) if then else counted) == known
    first, last = min(spoken), max(spoken)
    before, after = belonging(db.session(), RULES, first), belonging(db.session(), RULES, last)
    for name, flow in flows(db.session(), RULES, first, last).items():
        was = {organisation for organisation, sets in before.items() if name in sets}
        now = {organisation for organisation, sets in after.items() if name in sets}
        assert (flow.came, flow.left) == (len(now - was), len(was - now))
    assert tallies(db.session(), RULES, [last, first]) == [tally(db.session(), RULES, day) for day in (last, first)]
    db.session.rollback()
