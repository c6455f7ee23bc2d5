"""How many organisations belong to which sets on a day: the kept sums, and the same counted anew from the events.

Every reader asks one statement, so that a fold in between cannot be counted twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, String, Uuid, case, cast, false, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.organisations import merges
from admission.register.models import Basis, Change, Event, Release, Standing
from admission.register.sets import Happened, SetRule, digest_of, spans

Sets = tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    """How many organisations belong to exactly which sets on one day."""

    on: date
    groups: Mapping[Sets, int]
    released_on: date | None = field(default=None, compare=False)
    """Since which day the figures are public; none: two people have not released them yet."""

    def size(self, *names: str) -> int:
        """How many belong to all of these sets at once."""
        return sum(count for sets, count in self.groups.items() if all(name in sets for name in names))


@dataclass(frozen=True)
class Flow:
    """Who came into a set and who left it between two days."""

    came: int
    left: int


def tally(session: Session, rules: Sequence[SetRule], on: date) -> Tally:
    """The number of a day as it is known now. One statement."""
    return tallies(session, rules, [on])[0]


def tallies(session: Session, rules: Sequence[SetRule], days: Sequence[date]) -> list[Tally]:
    """The numbers of several days: kept sums, put right for what is not folded yet. One statement.

    Sums that other rules made (an edition came into force a moment ago) are not used.
    """
    ordered = sorted(set(days))
    sums: dict[date, Counter[Sets]] = {day: Counter() for day in ordered}
    events: dict[UUID, list[Happened]] = defaultdict(list)
    basis, released_on = None, None
    for row in session.execute(_kept(ordered[-1])):
        match row.what:
            case "basis":
                basis = row.word
            case "release":
                released_on = row.day
            case "sum":
                _add(sums, row.day, None, _named(row.word), row.number)
            case "span":
                _add(sums, row.day, row.until, _named(row.word), -1)
            case _:
                if row.number:
                    events[row.organisation_id].append(Happened(row.day, row.word, row.detail, row.part))
    if basis is not None and basis != digest_of(rules):
        return [replace(exact(session, rules, day), released_on=released_on) for day in days]
    for told in events.values():
        for span in spans(told, rules):
            _add(sums, span.from_on, span.until_on, span.sets, 1)
    found = {
        day: Tally(day, {sets: count for sets, count in sums[day].items() if count}, released_on) for day in ordered
    }
    return [found[day] for day in days]


def exact(session: Session, rules: Sequence[SetRule], on: date, known_at: datetime | None = None) -> Tally:
    """The same counted anew from all events; with `known_at` as it was known at that instant."""
    groups = Counter(
        found for told in events_of(session, known_at=known_at).values() if (found := on_day(told, rules, on))
    )
    return Tally(on, dict(groups))


def events_of(
    session: Session, organisations: Iterable[UUID] | None = None, known_at: datetime | None = None
) -> dict[UUID, list[Happened]]:
    """Organisation -> its events in the order of recording, as known now or at an instant.

    `organisations`: as they are now. What was merged or split since that instant stands where it stood then.
    """
    query = select(Event.organisation_id, Event.told_of, Event.on, Event.kind, Event.detail)
    query = query.order_by(Event.place, Event.kind)
    heads = merges.heads(session, known_at) if known_at is not None else {}
    if organisations is not None:
        query = query.where(Event.organisation_id.in_(list(organisations)))
    if known_at is None:
        query = query.where(Event.taken_back_at.is_(None))
    else:
        still = or_(Event.taken_back_at.is_(None), Event.taken_back_at > known_at)
        query = query.where(Event.recorded_at <= known_at, still)
    found: dict[UUID, list[Happened]] = defaultdict(list)
    for row in session.execute(query):
        own = row.told_of or row.organisation_id
        counts_as = row.organisation_id if known_at is None else heads.get(own, own)
        found[counts_as].append(Happened(row.on, row.kind, row.detail, own))
    return found


def belonging(session: Session, rules: Sequence[SetRule], on: date) -> dict[UUID, Sets]:
    """Organisation -> its sets on a day, for the list behind a figure."""
    unfolded = select(Event.organisation_id).where(Event.folded == false()).distinct()
    kept = select(Standing.organisation_id, Standing.sets).where(
        Standing.from_on <= on, or_(Standing.until_on.is_(None), Standing.until_on > on)
    )
    found = {row.organisation_id: _named(row.sets) for row in session.execute(kept)}
    fresh = list(session.scalars(unfolded))
    if fresh:
        told = events_of(session, fresh)
        for organisation in fresh:
            found[organisation] = on_day(told.get(organisation, []), rules, on)
    return {organisation: sets for organisation, sets in found.items() if sets}


def flows(session: Session, rules: Sequence[SetRule], since: date, on: date) -> dict[str, Flow]:
    """Set -> who came and who left between two days. One statement."""
    came: Counter[str] = Counter()
    left: Counter[str] = Counter()
    events: dict[UUID, list[Happened]] = defaultdict(list)
    for row in session.execute(_moved(since, on)):
        if row.what == "event":
            events[row.organisation_id].append(Happened(row.day, row.word, row.detail, row.part))
        else:
            _turn(came, left, _named(row.word), _named(row.detail), row.number)
    for told in events.values():
        _turn(came, left, on_day(told, rules, since), on_day(told, rules, on), 1)
    return {rule.name: Flow(came[rule.name], left[rule.name]) for rule in rules}


def as_known_then(session: Session, rules: Sequence[SetRule], on: date) -> Tally | None:
    """The number of a past day as it was known when it ended; None if nothing was recorded later that changes it.

    Only organisations with an event recorded or taken back after that day, and those merged or split since, are
    counted anew.
    """
    end = clock.end_of(on)
    later = or_(Event.recorded_at > end, Event.taken_back_at > end)
    late = set(session.scalars(select(Event.organisation_id).where(later, Event.on <= on).distinct()))
    late |= merges.touched_since(session, end)
    if not late:
        return None
    groups = Counter(tally(session, rules, on).groups)
    now, then = events_of(session, late), events_of(session, late, known_at=end)
    for told in now.values():
        if found := on_day(told, rules, on):
            groups[found] -= 1
    for told in then.values():
        if found := on_day(told, rules, on):
            groups[found] += 1
    known = Tally(on, {sets: count for sets, count in groups.items() if count})
    return known if known != tally(session, rules, on) else None


def _kept(on: date) -> Any:
    """The basis, kept sums a day up to `on`, and for each organisation that is not folded its events and kept spans."""
    waiting = select(Event.organisation_id).where(Event.folded == false())
    no_one, no_day = cast(null(), Uuid), cast(null(), Date)
    no_word, no_place = cast(null(), String), cast(null(), Integer)
    basis = select(
        literal("basis").label("what"), no_one.label("organisation_id"), no_day.label("day"), no_day.label("until"),
        Basis.rules.label("word"), no_word.label("detail"), literal(1).label("number"), no_place.label("place"),
        no_one.label("part"),
    )  # fmt: skip
    release = select(
        literal("release"), no_one, func.min(Release.on), no_day, no_word, no_word, literal(1), no_place, no_one
    ).where(Release.confirmed_at.is_not(None))
    total = cast(func.sum(Change.by_how_many), Integer)
    sums = (
        select(literal("sum"), no_one, Change.on, no_day, Change.sets, no_word, total, no_place, no_one)
        .where(Change.on <= on)
        .group_by(Change.on, Change.sets)
    )
    counts, place = cast(Event.taken_back_at.is_(None), Integer), cast(Event.place, Integer)
    events = select(
        literal("event"),
        Event.organisation_id,
        Event.on,
        no_day,
        Event.kind,
        Event.detail,
        counts,
        place,
        Event.told_of,
    ).where(Event.organisation_id.in_(waiting))
    held = select(
        literal("span"), Standing.organisation_id, Standing.from_on, Standing.until_on, Standing.sets, no_word,
        literal(1), no_place, no_one,
    ).where(Standing.organisation_id.in_(waiting), Standing.from_on <= on)  # fmt: skip
    return union_all(basis, release, sums, events, held).order_by("place", "word")


def _moved(since: date, on: date) -> Any:
    """How many organisations went from which sets to which, and the events of those that are not folded."""
    waiting = select(Event.organisation_id).where(Event.folded == false())
    days = (since, on)
    held = [
        select(Standing.organisation_id, literal(at).label("at"), Standing.sets).where(
            Standing.from_on <= day,
            or_(Standing.until_on.is_(None), Standing.until_on > day),
            Standing.organisation_id.not_in(waiting),
        )
        for at, day in enumerate(days)
    ]
    both = union_all(*held).subquery()
    was, is_ = (func.max(case((both.c.at == at, both.c.sets), else_="")) for at in (0, 1))
    each = select(was.label("was"), is_.label("now")).group_by(both.c.organisation_id).subquery()
    pairs = (
        select(
            literal("pair").label("what"), cast(null(), Uuid).label("organisation_id"), cast(null(), Date).label("day"),
            each.c.was.label("word"), each.c.now.label("detail"), func.count().label("number"),
            cast(null(), Integer).label("place"), cast(null(), Uuid).label("part"),
        )
        .where(each.c.was != each.c.now)
        .group_by(each.c.was, each.c.now)
    )  # fmt: skip
    events = select(
        literal("event"), Event.organisation_id, Event.on, Event.kind, Event.detail, literal(1),
        cast(Event.place, Integer), Event.told_of,
    ).where(Event.organisation_id.in_(waiting), Event.taken_back_at.is_(None))  # fmt: skip
    return union_all(pairs, events).order_by("place", "word")


def _add(sums: dict[date, Counter[Sets]], from_on: date, until_on: date | None, sets: Sets, number: int) -> None:
    for day, groups in sums.items():
        if from_on <= day and (until_on is None or day < until_on):
            groups[sets] += number


def _turn(came: Counter[str], left: Counter[str], was: Sets, now: Sets, number: int) -> None:
    for name in set(now) - set(was):
        came[name] += number
    for name in set(was) - set(now):
        left[name] += number


def on_day(told: Sequence[Happened], rules: Sequence[SetRule], on: date) -> Sets:
    """The sets of one organisation on a day, from its events in the order of recording."""
    for span in spans(told, rules):
        if span.from_on <= on and (span.until_on is None or on < span.until_on):
            return span.sets
    return ()


def _named(sets: str) -> Sets:
    return tuple(sets.split(",")) if sets else ()
