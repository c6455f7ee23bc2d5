"""Figures of a written answer to the council, each with definition, source, reference date and limits. Read-only.

The answer is a German paper, so everything here is said in German whatever language the reader has chosen. No figure
below three is shown as a number: it could tell who is meant.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.ground import clock
from admission.inquiries.models import Inquiry
from admission.inquiries.queries import Said
from admission.organisations.models import Organisation, OrganisationName
from admission.organisations.rules import plain
from admission.procedure.deadlines import months_after
from admission.register.counting import belonging, flows, tally
from admission.register.models import Consent, Contact, Event
from admission.register.sets import KNOWN, SetRule, rules_of
from admission.reports.figure_words import FROM, LIMITS
from admission.rulebook.edition import GERMAN, Rulebook

LEAST = 3
"""A smaller number is not printed."""
CONTACTED, VISITED, ADVISED, DECIDED = "contacted", "visited", "advised", "decided_this_year"
OUTCOMES = ("admitted", "admitted_with_obligations", "admitted_as_guest", "refused")
"""States in which an application was decided."""
SHORTEST_NAME = 5
"""A shorter name would be found in other words."""


@dataclass(frozen=True)
class Figure:
    """One figure of an answer. `value` None: nothing is recorded of it yet; `of`: out of how many known ones."""

    key: str
    title: str
    value: int | None
    on: date
    definition: str
    source: str
    limits: str
    of: int | None = None

    @property
    def shown(self) -> str:
        """52, `unter 3`, `noch nicht erfasst`."""
        with force_locale(GERMAN):
            if self.value is None:
                return str(gettext("not recorded yet"))
            return _printed(self.value)

    @property
    def _whole_may_be_printed(self) -> bool:
        """Whether neither the whole nor the rest that could be worked out from it is too small."""
        return self.of is not None and may_be_printed(self.of) and may_be_printed(self.of - (self.value or 0))

    def plain(self) -> dict[str, Any]:
        """As it is frozen: a number that may not be printed is not in it."""
        exact = {"value": self.value} if self.value is not None and may_be_printed(self.value) else {}
        whole = {"of": self.of} if exact and self.of is not None and self._whole_may_be_printed else {}
        said = {"key": self.key, "title": self.title, "shown": self.shown, "on": self.on}
        return said | exact | whole | {"definition": self.definition, "source": self.source, "limits": self.limits}


@dataclass(frozen=True)
class Difference:
    """A figure of an earlier answer beside the same one now, and what lies between."""

    title: str
    then: str
    now: str
    then_on: date
    came: int | None = None
    left: int | None = None
    later: int = 0
    """So many more (or fewer) that earlier day counts by what was recorded after the answer."""

    @property
    def same(self) -> bool:
        """Whether nothing has changed since."""
        return self.then == self.now and not (self.came or self.left or self.later)


@dataclass(frozen=True)
class Drafted:
    """What a template says to one part of a question."""

    text: str
    limits: str
    figures: tuple[str, ...]


def may_be_printed(value: int) -> bool:
    """Whether a number tells nothing of a single organisation."""
    return value == 0 or value >= LEAST


def keys(book: Rulebook) -> tuple[str, ...]:
    """Every figure that an answer can choose, in the order of the edition."""
    return (*book.register.get("sets", ()), DECIDED, CONTACTED, VISITED, ADVISED)


def titles(book: Rulebook) -> dict[str, str]:
    """Key of a figure -> its German title."""
    with force_locale(GERMAN):
        own = {
            DECIDED: str(gettext("Decided this year")),
            CONTACTED: str(gettext("In contact")),
            VISITED: str(gettext("Visited")),
            ADVISED: str(gettext("Advised")),
        }
    return {key: own.get(key) or _of_set(book, key, "title") for key in keys(book)}


def figures(session: Session, book: Rulebook, wanted: Iterable[str], on: date) -> dict[str, Figure]:
    """Key -> figure of a day, for those that this edition knows."""
    asked = [key for key in dict.fromkeys(wanted) if key in keys(book)]
    rules = rules_of(book.register)
    found: dict[str, Figure] = {}
    with force_locale(GERMAN):
        if sets := {rule.name for rule in rules} & set(asked):
            counted = tally(session, rules, on)
            found = {name: _of_rule(book, name, counted.size(name), on) for name in sets}
        if {CONTACTED, VISITED} & set(asked):
            found |= _care(session, book, rules, on)
        if ADVISED in asked:
            found[ADVISED] = _advised(book, on)
        if DECIDED in asked:
            found[DECIDED] = _decided(session, book, on)
    return {key: found[key] for key in asked}


def drafted(template: str, book: Rulebook, resolution: str) -> Drafted | None:
    """What the template of one of the three questions says under this edition; None: there is no such template."""
    with force_locale(GERMAN):
        match template:
            case "number":
                return _number(book)
            case "procedure":
                return _procedure(book, resolution)
            case "care":
                return _care_text(book)
    return None


def document(
    row: Inquiry, version: int, corrects: str, said: Sequence[Said], found: Mapping[str, Figure], book: Rulebook,
    *, city: str, office: str, on: date,
) -> dict[str, Any]:  # fmt: skip
    """The answer as it is handed over and frozen: plain values, without the names of those who signed."""
    with force_locale(GERMAN):
        note = gettext(
            "Data protection: no names without consent; numbers below %(least)s are not printed.", least=LEAST
        )
    asked_on = clock.berlin_day(row.filed_at) if row.filed_at else on
    head: dict[str, Any] = {
        "format": 1, "kind": "inquiry_answer", "language": GERMAN, "city": city, "office": office,
        "inquiry": row.id, "title": row.title, "body": row.body, "question": row.question,
        "asked_on": asked_on, "session_on": row.session_on, "version": version, "on": on,
        "rulebook": {"name": book.name, "digest": book.digest}, "note": note,
    }  # fmt: skip
    if row.paper_number:
        head["paper"] = row.paper_number
    if corrects:
        head["corrects"] = corrects
    return head | {"parts": [_part(one, found) for one in said]}


def differences(session: Session, book: Rulebook, frozen: Mapping[str, Any], wanted: Iterable[str]) -> list[Difference]:
    """The figures of an earlier answer beside today's: who came, who left, and what was recorded later."""
    then_on = date.fromisoformat(frozen["on"])
    earlier = {one["key"]: one for part in frozen["parts"] for one in part["figures"]}
    chosen = [key for key in dict.fromkeys(wanted) if key in earlier]
    today = figures(session, book, chosen, clock.today())
    rules = rules_of(book.register)
    counted, moved = tally(session, rules, then_on), flows(session, rules, then_on, clock.today())
    found = []
    for key in chosen:
        if key not in today:
            continue
        then, now, flow = earlier[key], today[key], moved.get(key)
        if flow is None or "value" not in then:
            found.append(Difference(now.title, then["shown"], now.shown, then_on))
        else:
            later = counted.size(key) - then["value"]
            found.append(Difference(now.title, then["shown"], now.shown, then_on, flow.came, flow.left, later))
    return found


def names_without_consent(session: Session, texts: Iterable[str]) -> list[str]:
    """Organisations and contact persons that a text names although nobody agreed to that, in alphabetical order."""
    said = f" {plain(' '.join(texts))} "
    shown = select(Consent.organisation_id).where(
        Consent.field == "name", Consent.purpose == "public", Consent.withdrawn_at.is_(None)
    )
    hidden = Organisation.id.not_in(shown)
    own = session.scalars(select(Organisation.name).where(hidden))
    also = select(OrganisationName.name).join(Organisation, Organisation.id == OrganisationName.organisation_id)
    people = select(Contact.person).where(Contact.person.is_not(None)).distinct()
    found = {*own, *session.scalars(also.where(hidden)), *session.scalars(people)}
    return sorted(name for name in found if name and len(plain(name)) >= SHORTEST_NAME and f" {plain(name)} " in said)


def _part(said: Said, found: Mapping[str, Figure]) -> dict[str, Any]:
    chosen = [found[key].plain() for key in said.figures if key in found]
    limits = {"limits": said.limits} if said.limits else {}
    return {"question": said.question, "text": said.text, "figures": chosen} | limits


def _of_set(book: Rulebook, name: str, part: str) -> str:
    text = book.text(f"set.{name}.{part}", GERMAN)
    return text[:1].upper() + text[1:]


def _of_rule(book: Rulebook, name: str, value: int, on: date) -> Figure:
    return Figure(
        key=name,
        title=_of_set(book, name, "title"),
        value=value,
        on=on,
        definition=_of_set(book, name, "says"),
        source=_sentence(str(FROM.get(name, FROM[KNOWN]))),
        limits=str(gettext("Not in it: %(what)s.", what=LIMITS[name])) if name in LIMITS else "",
    )


def _care(session: Session, book: Rulebook, rules: Sequence[SetRule], on: date) -> dict[str, Figure]:
    """Known organisations that somebody of the office was in touch with, or visited, in the months before a day."""
    known = {organisation for organisation, sets in belonging(session, rules, on).items() if KNOWN in sets}
    rows = session.execute(
        select(Event.organisation_id, Event.detail, func.max(Event.on).label("last"), func.min(Event.on).label("first"))
        .where(Event.kind == "contact", Event.on <= on, Event.taken_back_at.is_(None))
        .group_by(Event.organisation_id, Event.detail)
    ).all()
    advice = book.register["advice"]
    visits = [row for row in rows if row.detail == "visit"]
    source = str(gettext("Contacts that the integration office has recorded; each is an entry of the log."))
    in_contact = gettext(
        "Known organisations with a talk, a call, a letter or a visit that took place in the %(months)s months before "
        "the reference date; of %(known)s known ones.",
        months=advice["contact_every_months"],
        known=_printed(len(known)),
    )
    visited = gettext(
        "Known organisations that somebody of the integration office visited in the %(months)s months before the "
        "reference date; of %(known)s known ones.",
        months=advice["visit_every_months"],
        known=_printed(len(known)),
    )
    return {
        CONTACTED: _cared(CONTACTED, rows, known, advice["contact_every_months"], on, str(in_contact), source, book),
        VISITED: _cared(VISITED, visits, known, advice["visit_every_months"], on, str(visited), source, book),
    }


def _cared(
    key: str, rows: Sequence[Any], known: set[Any], months: int, on: date, definition: str, source: str, book: Rulebook
) -> Figure:
    recent = {row.organisation_id for row in rows if on < months_after(row.last, months)} & known
    if rows:
        first = min(row.first for row in rows)
        limits = gettext(
            "What was not recorded is not counted. The first record is of %(day)s; what an organisation was offered "
            "and declined is not recorded yet.",
            day=_day(first),
        )
    else:
        limits = gettext("Nothing has been recorded so far. That does not mean that nothing took place.")
    value = len(recent) if rows else None
    return Figure(key, titles(book)[key], value, on, definition, source, str(limits), len(known))


def _advised(book: Rulebook, on: date) -> Figure:
    return Figure(
        ADVISED,
        titles(book)[ADVISED],
        None,
        on,
        str(gettext("Organisations that the integration office has advised, with topic and outcome.")),
        str(gettext("None yet.")),
        str(
            gettext(
                "Advice is not recorded with its topics yet, so there is no figure. "
                "Talks and visits stand under contact."
            )
        ),
    )


def _decided(session: Session, book: Rulebook, on: date) -> Figure:
    first = datetime.combine(date(on.year, 1, 1), time(), tzinfo=clock.BERLIN)
    rows = session.execute(
        select(Case.state, func.count())
        .where(
            Case.kind == "admission", Case.state.in_(OUTCOMES), Case.ended_at >= first,
            Case.ended_at <= clock.end_of(on),
        )
        .group_by(Case.state)
    )  # fmt: skip
    counts = Counter({state: number for state, number in rows})
    return Figure(
        DECIDED,
        titles(book)[DECIDED],
        sum(counts.values()),
        on,
        str(
            gettext(
                "Applications decided from 1 January %(year)s to the reference date. %(outcomes)s",
                year=on.year,
                outcomes=_outcomes(book, counts),
            )
        ),
        _sentence(str(gettext("notices, each signed by a second person; every step is an entry of the log"))),
        str(gettext("Applications that were withdrawn or closed without a decision are not in it.")),
    )


def _outcomes(book: Rulebook, counts: Counter[str]) -> str:
    """`Aufgenommen: 4, abgelehnt: 3`, or that they are too few: from the rest a small one could be worked out."""
    there = [(state, counts[state]) for state in OUTCOMES if counts[state]]
    if not there:
        return ""
    if not all(may_be_printed(number) for _, number in there):
        return str(gettext("Single outcomes are too few to be named apart."))
    return ", ".join(f"{book.text(f'state.admission.{state}', GERMAN)}: {number}" for state, number in there) + "."


def _number(book: Rulebook) -> Drafted:
    care = book.register["confirmation"]
    reminders = [str(weeks) for weeks in care["remind_after_weeks"] if weeks]
    text = gettext(
        "There is not one single number. Each of the following figures stands for itself, with its definition, its "
        "source and its reference date; they must not be added up.\n\nThe figures stay up to date because every "
        "organisation confirms its data every %(months)s months. Whoever does not answer is reminded after %(weeks)s "
        "weeks and called after %(call)s weeks. Every change is recorded with its day, so any past day can be counted "
        "anew.",
        months=care["every_months"],
        weeks=str(gettext(" and ")).join(reminders),
        call=care["call_after_weeks"],
    )
    limits = gettext(
        "How many organisations there really are in the city, nobody knows. Counted are those of which the city knows."
    )
    wanted = (KNOWN, "verified_active", "reachable", "member", "taken_over", "kept_as_network", "published")
    return Drafted(str(text), str(limits), tuple(key for key in wanted if key in keys(book)))


def _procedure(book: Rulebook, resolution: str) -> Drafted:
    if "admission" not in book.kinds or not resolution:  # what holds without one was set provisionally
        text = gettext(
            "Criteria and a procedure of admission have not been resolved yet; until then nobody is admitted and "
            "nobody is refused. The register alone is kept, by rulebook %(name)s, which was set provisionally.",
            name=book.name,
        )
        return Drafted(str(text), "", (KNOWN, "kept_as_network"))
    opening = gettext(
        "By rulebook %(name)s (resolution %(resolution)s), which everybody can read: %(criteria)s published criteria, "
        "the same for all. Whoever meets them is admitted. The rulebook also says what must never happen, and the "
        "procedure cannot be taken otherwise:",
        name=book.name,
        resolution=resolution,
        criteria=len(book.criteria),
    )
    never = [f"– {rule['says']}" for rule in book.definition["procedures"]["admission"]["invariants"]]
    closing = gettext(
        "Whether all are treated alike can be checked: each step of each case stands in a log that nobody can change "
        "unnoticed, and the council's desk shows every history without names."
    )
    limits = gettext(
        "The log shows what was recorded and decided. It cannot show whether what an organisation said was true, or "
        "that two judgements weighed alike."
    )
    text = "\n\n".join([str(opening), "\n".join(never), str(closing)])
    return Drafted(text, str(limits), (DECIDED, "guest", "taken_over"))


def _care_text(book: Rulebook) -> Drafted:
    advice = book.register["advice"]
    text = gettext(
        "The aim is to be in contact with every organisation at least once in %(contact)s months and to visit each one "
        "in %(visit)s months, members and others alike. The figures show how far that has been reached.",
        contact=advice["contact_every_months"],
        visit=advice["visit_every_months"],
    )
    limits = gettext(
        "Counted is what was recorded. Nothing is said of what was talked about, and no organisation is named."
    )
    return Drafted(str(text), str(limits), (CONTACTED, VISITED, ADVISED))


def _printed(value: int) -> str:
    return str(value) if may_be_printed(value) else str(gettext("below %(least)s", least=LEAST))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
