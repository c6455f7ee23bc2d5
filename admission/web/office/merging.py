"""Two records are one organisation, two after all, or called otherwise: a person says so, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.organisations import merges
from admission.organisations.models import Merge, Organisation
from admission.organisations.queries import names_noted
from admission.people.queries import Person
from admission.people.roles import Role
from admission.register import contacts, known, merging
from admission.register.actions import lock
from admission.register.counting import belonging
from admission.register.queries import fields, memberships
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from admission.web.access import access, loads
from admission.web.circles import asked
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Lines, PublicForm, Text, options
from admission.web.office import bp
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page, day, language
from admission.web.register_rows import rows_of
from admission.web.register_words import CODES

FIRST, SECOND = "first", "second"


class MergeForm(PublicForm):
    """Which of two records stays, and why they are one."""

    first = HiddenField()
    second = HiddenField()
    stays = Choice(lazy_gettext("Which record stays?"), required=lazy_gettext("Please say which record stays."))
    reason = Lines(
        lazy_gettext("Why are they one organisation?"), required=lazy_gettext("Please give the reason."), limit=1000
    )


class SplitForm(PublicForm):
    """Why they are two after all."""

    reason = Lines(
        lazy_gettext("Why are they two organisations?"), required=lazy_gettext("Please give the reason."), limit=1000
    )


class RenameForm(PublicForm):
    """What it is called from now on."""

    name = Text(lazy_gettext("New name"), required=lazy_gettext("Please give the name."), limit=200)


@dataclass(frozen=True)
class Beside:
    """One line of two records: the same of each."""

    title: str
    first: Sequence[str]
    second: Sequence[str]

    @property
    def differs(self) -> bool:
        """Whether the two say something else."""
        return list(self.first) != list(self.second)


@bp.get("/verzeichnis/zusammenfuehren")
@access(*STAFF)
def ask_to_merge() -> str:
    """Find one record, then the other, then look at both side by side."""
    first, second = _asked_for("eins"), _asked_for("zwei")
    if first is not None and second is not None and second.id != first.id:
        form = _merge_form(first, second)
        return render_template("office/zusammenfuehren.html", form=form, **merge_page())
    wanted = asked("q")
    rules = rules_of(_book().register)
    found = known.listing(db.session(), rules, clock.today(), wanted=wanted) if wanted else None
    return render_template("office/zusammenfuehren-suche.html", first=first, wanted=wanted, found=found)


def merge_form() -> MergeForm:
    """The form as it was sent; raises `NotFound` where it names no two records."""
    sent = MergeForm()
    first, second = _record(sent.first.data), _record(sent.second.data)
    if first is None or second is None:
        raise NotFound
    return _merge_form(first, second, sent)


def merge_page(**_: Any) -> dict[str, Any]:
    """Both records, line by line."""
    values = request.form if request.method == "POST" else request.args
    names = (FIRST, SECOND) if request.method == "POST" else ("eins", "zwei")
    first, second = (_record(values.get(name)) for name in names)
    assert first is not None and second is not None
    return {"first": first, "second": second, "rows": _side_by_side(first, second)}


@bp.post("/verzeichnis/zusammenfuehren")
@access(*STAFF)
@keeps_entries("office/zusammenfuehren.html", merge_form, merge_page)
def merge(form: MergeForm) -> ResponseReturnValue:
    """From now on the two count as one, on past days too."""
    ids = (UUID(form.first.data or ""), UUID(form.second.data or ""))
    for one in sorted(ids):
        lock(db.session(), one)
    first, second = (db.session.get_one(Organisation, one, populate_existing=True) for one in ids)
    gone, stays = (second, first) if form.stays.data == FIRST else (first, second)
    address = url_for(".register_record", organisation=stays.id)
    merging.merge(db.session(), gone, stays, form.reason.data or "", by=g.person.id, role=_role())
    db.session.commit()
    return redirect(address, 303)


@loads("merge")
def load_merge(value: UUID, person: Person, role: Role, *, locked: bool) -> Merge:
    """A merge that holds; its organisations are locked in the order of their ids, and the one that they are now."""
    row = db.session.get(Merge, value)
    if row is None:
        raise NotFound
    if locked:
        named = {row.organisation_id, row.into_id}
        for one in sorted(named | {merges.heads(db.session()).get(one, one) for one in named}):
            lock(db.session(), one)
        db.session.refresh(row)
    return row


def split_page(merge: Merge, **_: Any) -> dict[str, Any]:
    """Which two are taken apart."""
    gone, stays = (db.session.get_one(Organisation, one) for one in (merge.organisation_id, merge.into_id))
    return {"merge": merge, "gone": gone, "stays": stays}


@bp.get("/verzeichnis/trennen/<uuid:merge>")
@access(*STAFF, merge="merge")
def ask_to_split(merge: Merge) -> ResponseReturnValue:
    """Ask why they are two after all."""
    if merge.ended_at is not None:
        return redirect(url_for(".register_record", organisation=merge.organisation_id), 303)
    return render_template("office/trennen.html", form=SplitForm(), **split_page(merge))


@bp.post("/verzeichnis/trennen/<uuid:merge>")
@access(*STAFF, merge="merge")
@keeps_entries("office/trennen.html", lambda merge: SplitForm(), split_page)
def split(merge: Merge, form: SplitForm) -> ResponseReturnValue:
    """Each counts for itself again, on past days too."""
    address = url_for(".register_record", organisation=merge.organisation_id)
    merging.split(db.session(), merge, form.reason.data or "", by=g.person.id, role=_role())
    db.session.commit()
    return redirect(address, 303)


@bp.get("/verzeichnis/<uuid:organisation>/umbenennen")
@access(*STAFF, record="organisation")
def ask_to_rename(record: Organisation) -> str:
    """Ask for the new name."""
    return render_template("office/umbenennen.html", form=RenameForm(data={"name": record.name}), organisation=record)


@bp.post("/verzeichnis/<uuid:organisation>/umbenennen")
@access(*STAFF, record="organisation")
@keeps_entries("office/umbenennen.html", lambda record: RenameForm(), lambda record: {"organisation": record})
def rename(record: Organisation, form: RenameForm) -> ResponseReturnValue:
    """From now on it is called so; its former name goes on finding it."""
    address = url_for(".register_record", organisation=record.id)
    merging.rename(db.session(), record, form.name.data or "", by=g.person.id, role=_role())
    db.session.commit()
    return redirect(address, 303)


def _merge_form(first: Organisation, second: Organisation, sent: MergeForm | None = None) -> MergeForm:
    form = sent or MergeForm(formdata=None, data={FIRST: str(first.id), SECOND: str(second.id)})
    form.stays.choices = options([(FIRST, first.name), (SECOND, second.name)])
    return form


def _side_by_side(first: Organisation, second: Organisation) -> list[Beside]:
    told = [_told(one) for one in (first, second)]
    titles = dict.fromkeys(title for one in told for title in one)
    return [Beside(title, told[0].get(title, ()), told[1].get(title, ())) for title in titles]


def _told(organisation: Organisation) -> dict[str, Sequence[str]]:
    """Everything that helps to say whether it is the same one: title -> values."""
    session, book = db.session(), _book()
    ways = contacts.contacts_of(session, [organisation.id]).get(organisation.id, [])
    held = belonging(session, rules_of(book.register), clock.today()).get(organisation.id, ())
    shown = rows_of(fields(session, organisation.id), book, language())
    found: dict[str, Sequence[str]] = {
        gettext("Name"): [organisation.name],
        gettext("Other names"): names_noted(session, organisation.id),
        gettext("Register number"): [organisation.register_number] if organisation.register_number else [],
        gettext("Sources"): [
            f"{day(row.known_on)}: {CODES.get(row.kind, row.kind)}. {row.says}"
            for row in known.sources(session, organisation.id)
        ],
        gettext("Contacts"): [", ".join(filter(None, (way.person, way.value))) for way in ways if not way.blanked_at],
        gettext("Counts today as"): [book.text(f"set.{name}.title", language()) for name in held],
        gettext("Memberships"): [
            book.text(f"state.membership.{row.state}", language()) for row in memberships(session, organisation.id)
        ],
    }
    return found | {row.title: [row.value] for row in shown if row.name not in ("name", "logo")}


def _role() -> str:
    return Role.CASEWORKER if Role.CASEWORKER in g.person.roles else Role.APPROVER


def _book() -> Rulebook:
    current = current_page().in_force
    if current is None:
        raise NotFound
    return current.rulebook


def _asked_for(name: str) -> Organisation | None:
    return _record(request.args.get(name))


def _record(text: str | None) -> Organisation | None:
    try:
        return db.session.get(Organisation, UUID(text or ""))
    except ValueError:
        return None
