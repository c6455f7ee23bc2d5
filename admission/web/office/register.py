"""The register at the office's desk: the list behind each figure, one organisation's record, what is recorded of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from wtforms import Field
from wtforms.validators import ValidationError

from admission.cases import actions as cases
from admission.casework import confirmed
from admission.casework.confirming import freshness
from admission.casework.facts import lock as lock_case
from admission.casework.move import Command, Record, act, move
from admission.confirmation.rules import unconfirmed_since
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.ground.ids import new_id
from admission.organisations import actions as organisations
from admission.organisations import merges
from admission.organisations.models import Organisation
from admission.organisations.queries import hints, names_noted
from admission.people.queries import Person
from admission.people.roles import Role
from admission.register import contacts, entry, events, known
from admission.register.actions import lock, mark
from admission.register.counting import belonging
from admission.register.models import Event, Source
from admission.register.queries import consents_held, fields, flags, memberships
from admission.register.rules import PURPOSES as FOR_WHOM
from admission.register.sets import CHANGED, ENDED, FLAGGED, FLAGS, GIVEN, KNOWN, UNFLAGGED, WITHDRAWN, rules_of
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting, loads
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Day, Lines, PublicForm, Text, one_line
from admission.web.office import bp
from admission.web.office.recusal import CONFLICT, CONFLICTS
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page, language
from admission.web.page import day as spelt
from admission.web.register_rows import Row, rows_of
from admission.web.register_words import CHANGERS, CODES, KINDS, PURPOSES, TITLES

DISSOLVED, DISSOLVED_STEP = "dissolved", "dissolve"
LONGEST = 100
EARLIEST = date(1900, 1, 1)
"""A day before is a slip of the hand."""
WAYS = ("visit", "talk", "phone", "letter")
CHANNELS = ("phone", "post", "talk")
CAUSES = (DISSOLVED, "not_found", "never_existed")
SOURCES = ("event", "request", "notice", "list")


class PastDay(Day):
    """A day up to today."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a day that has not come."""
        if self.data and self.data > clock.today():
            raise ValidationError(gettext("This day has not come yet. Please give a day up to today."))
        if self.data and self.data < EARLIEST:
            raise ValidationError(gettext("Please give a day since %(day)s.", day=spelt(EARLIEST)))


class ContactForm(PublicForm):
    """A contact that took place."""

    way = Choice(lazy_gettext("How"), [(code, CODES[code]) for code in WAYS], required=lazy_gettext("Please say how."))
    on = PastDay(lazy_gettext("On which day"), required=lazy_gettext("Please give the day."))


class ConfirmationForm(PublicForm):
    """What the organisation itself said to be right."""

    channel = Choice(
        lazy_gettext("How was it confirmed?"),
        [(code, CODES[code]) for code in CHANNELS],
        required=lazy_gettext("Please say how."),
    )
    on = PastDay(lazy_gettext("On which day"), required=lazy_gettext("Please give the day."))


class EndForm(PublicForm):
    """That an organisation is no longer counted, and why."""

    cause = Choice(
        lazy_gettext("Why"), [(code, CODES[code]) for code in CAUSES], required=lazy_gettext("Please say why.")
    )
    on = PastDay(lazy_gettext("Since which day"), required=lazy_gettext("Please give the day."))
    conflict = Choice(
        lazy_gettext("Do you have a conflict of interest?"),
        CONFLICTS,
        required=lazy_gettext("Please say whether you have a conflict of interest."),
    )


class NewForm(PublicForm):
    """An organisation that the office has learned of."""

    name = Text(lazy_gettext("Name"), required=lazy_gettext("Please give the name."), limit=200)
    source = Choice(
        lazy_gettext("Where do you know it from?"),
        [(code, CODES[code]) for code in SOURCES],
        required=lazy_gettext("Please say where from."),
    )
    says = Lines(lazy_gettext("The source in words"), required=lazy_gettext("Please name the source."), limit=500)
    on = PastDay(lazy_gettext("Known since"), required=lazy_gettext("Please give the day."))
    another = Text(lazy_gettext("It is another one"), limit=10)

    def validate_name(self, field: Field) -> None:
        """A name that is known already is a hint: the person says whether it is another organisation."""
        if field.data and not self.another.data and (same := hints(db.session(), field.data, None)):
            names = ", ".join(row.name for row in same)
            raise ValidationError(
                gettext(
                    "There is one of that name already: %(names)s. If yours is another one, say so below.", names=names
                )
            )


FORMS = {"contact": ContactForm, "confirmation": ConfirmationForm, "end": EndForm}


@dataclass(frozen=True)
class Told:
    """One line of an organisation's record."""

    id: UUID
    on: date
    recorded_on: date
    text: str
    taken_back: bool
    may_be_taken_back: bool


@loads("record")
def load_record(value: UUID, person: Person, role: Role, *, locked: bool) -> Organisation:
    """An organisation of the register; the whole office reads it."""
    if locked:
        lock(db.session(), value)
    found = db.session.get(Organisation, value)
    if found is None:
        raise NotFound
    return found


@bp.get("/verzeichnis")
@access(*STAFF)
def register() -> str:
    """Every organisation known, or those of one set, on a day."""
    book = _book()
    rules = rules_of(book.register)
    within = request.args.get("menge", "")
    if within not in {rule.name for rule in rules}:
        within = ""
    on = _day_asked()
    wanted = _asked("q")
    found = known.listing(db.session(), rules, on, within=within, wanted=wanted, after=_asked("nach"))
    sets = {rule.name: book.text(f"set.{rule.name}.title", language()) for rule in rules}
    rule, today = book.register["confirmation"], clock.today()
    over = {row.id: unconfirmed_since(rule, row.confirmed_on, today, today) for row in found.rows if row.confirmed_on}
    return render_template(
        "office/verzeichnis.html", over=over, found=found, sets=sets, within=within, wanted=wanted, on=on,
        to_look_at=len(entry.waiting(db.session())),
    )  # fmt: skip


@bp.get("/verzeichnis/neu")
@access(*STAFF)
def ask_for_new() -> str:
    """Note an organisation that is not known yet."""
    return render_template("office/verzeichnis-neu.html", form=NewForm())


@bp.post("/verzeichnis/neu")
@access(*STAFF)
@keeps_entries("office/verzeichnis-neu.html", NewForm)
def note_new(form: NewForm) -> ResponseReturnValue:
    """Known from now on, from a named source with a day."""
    row = organisations.found(db.session(), form.name.data or "")
    source = Source(organisation_id=row.id, kind=form.source.data, says=form.says.data, known_on=form.on.data)
    db.session.add(source)
    events.note(db.session(), row, KNOWN, form.on.data, form.source.data, by=g.person.id, role=_role())
    address = url_for(".register_record", organisation=row.id)
    db.session.commit()
    return redirect(address, 303)


def record_page(record: Organisation, **_: Any) -> dict[str, Any]:
    """What the office knows of one organisation, and the forms that record more."""
    book = _book()
    rules = rules_of(book.register)
    held = belonging(db.session(), rules, clock.today()).get(record.id, ())
    return {
        "organisation": record,
        "sets": [book.text(f"set.{name}.title", language()) for name in held],
        "sources": [(CODES.get(row.kind, row.kind), row) for row in known.sources(db.session(), record.id)],
        "contacts": contacts.contacts_of(db.session(), [record.id]).get(record.id, []),
        "memberships": memberships(db.session(), record.id),
        "fresh": freshness(db.session(), book, [record.id]).get(record.id),
        "told": [_told(row) for row in known.history(db.session(), record.id)],
        "forms": {name: _apart(form(formdata=None), name) for name, form in FORMS.items()},
        "ended": KNOWN not in held,
        "marks": [(name, CODES[name], name in flags(db.session(), record.id)) for name in FLAGS],
        "merged": merges.merged_into(db.session(), record.id),
        "also": names_noted(db.session(), record.id),
        "shown": _shown(book, record),
    }


def _shown(book: Rulebook, record: Organisation) -> list[tuple[Row, list[str]]]:
    """Each field of the entry, and for whom the organisation opened it."""
    held = consents_held(db.session(), record.id)
    rows = rows_of(fields(db.session(), record.id), book, language())
    return [(row, [str(PURPOSES[of]) for of in FOR_WHOM if (row.name, of) in held]) for row in rows]


def form_of(name: str) -> Callable[..., PublicForm]:
    """Makes one of the forms of a record as it was sent."""
    return lambda record: _apart(FORMS[name](), name)


def contact_page(record: Organisation, **_: Any) -> dict[str, Any]:
    """The page around a form that came back."""
    return record_page(record) | {"which": "contact"}


def confirmation_page(record: Organisation, **_: Any) -> dict[str, Any]:
    """The page around a form that came back."""
    return record_page(record) | {"which": "confirmation"}


def end_page(record: Organisation, **_: Any) -> dict[str, Any]:
    """The page around a form that came back."""
    return record_page(record) | {"which": "end"}


@bp.get("/verzeichnis/<uuid:organisation>")
@access(*STAFF, record="organisation")
def register_record(record: Organisation) -> ResponseReturnValue:
    """One organisation's record; that of one which was merged leads on to the one that it is now."""
    if (head := merges.head_of(db.session(), record.id)) is not None:
        return redirect(url_for(".register_record", organisation=head.id), 303)
    return render_template("office/verzeichnis-eintrag.html", form=PublicForm(), which="", **record_page(record))


@bp.post("/verzeichnis/<uuid:organisation>/kontakt")
@access(*STAFF, record="organisation")
@keeps_entries("office/verzeichnis-eintrag.html", form_of("contact"), contact_page)
def record_contact(record: Organisation, form: ContactForm) -> ResponseReturnValue:
    """A talk or a visit took place: the organisation counts as active, its contact not as confirmed."""
    return _note(record, "contact", form.on.data, form.way.data)


@bp.post("/verzeichnis/<uuid:organisation>/bestaetigung")
@access(*STAFF, record="organisation")
@keeps_entries("office/verzeichnis-eintrag.html", form_of("confirmation"), confirmation_page)
def record_confirmation(record: Organisation, form: ConfirmationForm) -> ResponseReturnValue:
    """The organisation confirmed a contact by phone or on paper: it counts as reachable."""
    address = url_for(".register_record", organisation=record.id)
    confirmed.note_by_office(db.session(), record, form.channel.data, form.on.data, by=g.person.id, role=_role())
    db.session.commit()
    return redirect(address, 303)


@bp.post("/verzeichnis/<uuid:organisation>/ende")
@access(*STAFF, record="organisation")
@keeps_entries("office/verzeichnis-eintrag.html", form_of("end"), end_page)
def record_end(record: Organisation, form: EndForm) -> ResponseReturnValue:
    """It is no longer counted, and its membership ends with it; nothing of it is deleted."""
    if form.cause.data == DISSOLVED:
        _dissolve(record, form.conflict.data == CONFLICT)
    return _note(record, ENDED, form.on.data, form.cause.data)


@bp.post("/verzeichnis/<uuid:organisation>/kennzeichen")
@access(*STAFF, record="organisation")
@keeps_entries("office/verzeichnis-eintrag.html", lambda record: PublicForm(), record_page)
def set_mark(record: Organisation, form: PublicForm) -> ResponseReturnValue:
    """Set one mark of the office or take it off; each click is an entry."""
    flag = next((name for name in FLAGS if name in request.form), None)
    if flag is None:
        raise NotFound
    address = url_for(".register_record", organisation=record.id)
    mark(db.session(), record, flag, request.form[flag] == "setzen", by=g.person.id, role=_role())
    db.session.commit()
    return redirect(address, 303)


@bp.post("/verzeichnis/<uuid:organisation>/zurueck/<uuid:event>")
@access(*STAFF, record="organisation")
@keeps_entries("office/verzeichnis-eintrag.html", lambda record, event: PublicForm(), record_page)
def take_event_back(record: Organisation, event: UUID, form: PublicForm) -> ResponseReturnValue:
    """Something was recorded by mistake: past days no longer count it, and the log says so."""
    row = db.session.get(Event, event)
    if row is None or row.organisation_id != record.id or not _is_ours(row):
        raise NotFound
    address = url_for(".register_record", organisation=record.id)
    events.take_back(db.session(), [row], by=g.person.id, role=_role(), cause="mistake")
    db.session.commit()
    return redirect(address, 303)


def _dissolve(record: Organisation, conflict: bool) -> None:
    """End an open membership by its own step, before anything else is written: its case is locked first."""
    membership = next((row for row in memberships(db.session(), record.id) if row.ended_at is None), None)
    if membership is None:
        return
    lock_case(db.session(), membership.id)
    db.session.refresh(membership)
    command = Command(new_id(), membership.revision)
    reason = str(CODES[DISSOLVED])
    by = acting(membership, ("caseworker",))
    cases.declare(db.session(), membership.id, g.person.id, conflict)
    told = Record(data={"conflict": conflict})
    act(db.session(), membership.id, "declare_conflict", by=by, command=command, record=told)
    command = Command(new_id(), membership.revision)
    move(db.session(), membership.id, DISSOLVED_STEP, by=by, command=command, record=Record(reason=reason))


def _note(organisation: Organisation, kind: str, on: date, code: str) -> ResponseReturnValue:
    address = url_for(".register_record", organisation=organisation.id)
    events.note(db.session(), organisation, kind, on, code, by=g.person.id, role=_role())
    db.session.commit()
    return redirect(address, 303)


def _apart(form: PublicForm, name: str) -> PublicForm:
    """The form with ids of its own for its fields: several stand on one page."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.name}"
    return form


def _told(row: Event) -> Told:
    return Told(
        id=row.id,
        on=row.on,
        recorded_on=clock.berlin_day(row.recorded_at),
        text=str(KINDS[row.kind]) % {"code": _code(row)},
        taken_back=row.taken_back_at is not None,
        may_be_taken_back=row.taken_back_at is None and _is_ours(row),
    )


def _code(row: Event) -> str:
    if row.kind in (GIVEN, WITHDRAWN):
        name, _, purpose = row.detail.partition("/")
        return f"{TITLES.get(name, name)}, {PURPOSES.get(purpose, purpose)}"
    if row.kind == CHANGED:
        name, _, who = row.detail.partition("/")
        return f"{TITLES.get(name, name)}, {CHANGERS.get(who, who)}"
    if row.kind in events.MARKS:
        return str(db.session.scalar(select(Organisation.name).where(Organisation.pseudonym == row.detail)) or "–")
    return str(TITLES.get(row.detail, row.detail) if row.kind == "declined" else CODES.get(row.detail, row.detail))


def _is_ours(row: Event) -> bool:
    """What a case or the organisation itself told cannot be taken back here."""
    return (
        row.kind in events.TYPES
        and row.detail != "application"
        and row.kind not in ("standing", "declined", FLAGGED, UNFLAGGED)
    )


def _role() -> str:
    return Role.CASEWORKER if Role.CASEWORKER in g.person.roles else Role.APPROVER


def _asked(name: str) -> str:
    try:
        return one_line(request.args.get(name, "")[:LONGEST])
    except ValueError:
        return ""


def _day_asked() -> date:
    """The day in the address; anything else is today."""
    try:
        return min(date.fromisoformat(request.args.get("stichtag", "")), clock.today())
    except ValueError:
        return clock.today()


def _book() -> Rulebook:
    current = current_page().in_force
    if current is None:
        raise NotFound
    return current.rulebook
