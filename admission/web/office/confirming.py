"""The yearly confirmation at the desk of the office: trial, rest, letters, calls, and what the office sees to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import ValidationError

from admission.casework import confirmed, confirming
from admission.casework.confirming import Candidate
from admission.confirmation import actions, queries, rules
from admission.confirmation.models import Asked, Round
from admission.confirmation.rules import CONFIRMED, GONE, LETTER, MAIL, NOBODY, OBJECTED, PHONE, TRIAL, WRITTEN
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound, Refused
from admission.organisations.queries import names_of as organisations_by_id
from admission.people.queries import names_of
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Choices, Lines, PublicForm, Text, options
from admission.web.office import bp
from admission.web.office.register import PastDay
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page, sentences
from admission.web.square_codes import square

SHOWN = 200
OFFERED = 30
"""So many organisations are offered for the trial."""
NOT_REACHED = "nobody"
WAYS = {
    MAIL: lazy_gettext("by e-mail"),
    LETTER: lazy_gettext("by letter"),
    PHONE: lazy_gettext("by phone alone"),
    NOBODY: lazy_gettext("not at all"),
}
WHY_NOT = {
    "objected": lazy_gettext("has objected to being written to"),
    "no_basis": lazy_gettext("an address is known, but nothing allows us to write to it"),
    "blanked": lazy_gettext("did not answer the information; name and address are erased"),
    "no_contact": lazy_gettext("no contact is known"),
}
ANSWERS = {
    CONFIRMED: lazy_gettext("confirmed"),
    GONE: lazy_gettext("says that it no longer exists"),
    OBJECTED: lazy_gettext("does not want to be written to"),
}


class TrialForm(PublicForm):
    """Whom the trial asks."""

    wanted = Choices(
        lazy_gettext("Whom do you ask first?"), (), required=lazy_gettext("Please choose at least one organisation.")
    )

    def validate_wanted(self, field: Field) -> None:
        """Three are enough to notice a mistake."""
        if len(field.data or ()) > TRIAL:
            raise ValidationError(gettext("Please choose at most %(most)s organisations.", most=TRIAL))


class CallForm(PublicForm):
    """What came of a call."""

    outcome = Choice(
        lazy_gettext("What came of the call?"),
        [
            (CONFIRMED, lazy_gettext("Everything is right, confirmed on the phone")),
            (NOT_REACHED, lazy_gettext("Nobody answered")),
            (GONE, lazy_gettext("They say that the organisation no longer exists")),
            (OBJECTED, lazy_gettext("They do not want to be written to any more")),
        ],
        required=lazy_gettext("Please say what came of the call."),
    )
    person = Text(lazy_gettext("With whom did you speak?"), limit=120)
    on = PastDay(lazy_gettext("On which day"), required=lazy_gettext("Please give the day."))
    remark = Lines(lazy_gettext("Note for the office"), limit=500)

    def validate_person(self, field: Field) -> None:
        """Whoever speaks for an organisation is named."""
        if self.outcome.data in (CONFIRMED, GONE) and not field.data:
            raise ValidationError(gettext("Please say with whom you spoke."))


@dataclass(frozen=True)
class Line:
    """One organisation of a round in a table."""

    asked: Asked
    name: str
    failed: str


def trial_form(**_: Any) -> TrialForm:
    """The form of the trial, with those who can be asked in writing; three are ticked already."""
    form = TrialForm()
    offered = [one for one in confirming.candidates(db.session(), _book()) if one.reach.way in WRITTEN][:OFFERED]
    form.wanted.choices = options([(str(one.id), _offer(one)) for one in offered])
    if not form.is_submitted():
        form.wanted.data = [str(one.id) for one in offered[:TRIAL]]
    return form


def round_page(**_: Any) -> dict[str, Any]:
    """Where the round of this year stands."""
    book = _book()
    round_ = _round(book)
    left = confirming.candidates(db.session(), book, round_)
    page = {
        "round": round_,
        "reference_on": rules.reference_day(book.register["confirmation"], clock.today()),
        "left": left,
        "left_by_way": Counter(one.reach.way for one in left),
        "not_reached": [one for one in left if one.reach.way == NOBODY][:SHOWN],
        "ways": WAYS,
        "why_not": WHY_NOT,
        "answers": ANSWERS,
        "weeks": [after for after in book.register["confirmation"]["remind_after_weeks"] if after],
        "call_after": book.register["confirmation"]["call_after_weeks"],
    }
    return page | (_running(book, round_) if round_ else {"fresh_trial": _fresh_trial})


def _running(book: Rulebook, round_: Round) -> dict[str, Any]:
    rows = list(queries.everybody(db.session(), round_.id))
    lines = _lines(rows)
    trial = [line for line in lines if line.asked.trial]
    starters = names_of([one for one in (round_.started_by, round_.rest_by) if one])
    return {
        "trial": trial,
        "starter": starters.get(round_.started_by, ""),
        "why_not_yet": _why_not_yet(round_, [line.asked for line in trial]),
        "asked": len(rows),
        "confirmed": sum(row.answer == CONFIRMED for row in rows),
        "waiting": sum(row.answer is None and row.way in WRITTEN for row in rows),
        "unreached": [line for line in lines if line.asked.answer is None and line.asked.way == NOBODY][:SHOWN],
        "letters": len(confirming.letters(db.session())),
        "calls": len(confirming.calls(db.session(), book, round_)),
        "to_settle": _lines(queries.to_settle(db.session(), round_.id)),
    }


@bp.get("/verzeichnis/bestaetigung")
@access(*STAFF)
def confirmation_round() -> str:
    """The round of this year, or whom its trial could ask."""
    return render_template("office/bestaetigung.html", form=None, **round_page())


@bp.post("/verzeichnis/bestaetigung/probe")
@access(*STAFF)
@keeps_entries("office/bestaetigung.html", trial_form, round_page)
def begin_trial(form: TrialForm) -> ResponseReturnValue:
    """Ask the first three, under one's own name."""
    wanted = [UUID(one) for one in form.wanted.data or ()]
    confirming.begin_trial(db.session(), _book(), wanted, by=g.person.id)
    return _back()


@bp.post("/verzeichnis/bestaetigung/alle")
@access(*STAFF)
@keeps_entries("office/bestaetigung.html", PublicForm, round_page)
def ask_the_rest(form: PublicForm) -> ResponseReturnValue:
    """Ask everybody who is left."""
    confirming.ask_the_rest(db.session(), _book(), _round_or_404(), by=g.person.id)
    return _back()


@bp.post("/verzeichnis/bestaetigung/erledigt/<uuid:asked_id>")
@access(*STAFF)
@keeps_entries("office/bestaetigung.html", lambda asked_id: PublicForm(), round_page)
def settle_answer(asked_id: UUID, form: PublicForm) -> ResponseReturnValue:
    """What an organisation said was seen to."""
    row = queries.asked_in(db.session(), _round_or_404().id, asked_id)
    actions.settle(actions.lock(db.session(), row.id), by=g.person.id)
    return _back()


@bp.get("/verzeichnis/bestaetigung/briefe")
@access(*STAFF)
def confirmation_letters() -> str:
    """The serial letter: one letter a page, each with its code."""
    letters = [(one, _square(one.code)) for one in confirming.letters(db.session())]
    return render_template("office/bestaetigung-briefe.html", letters=letters, form=None, **letters_page())


def letters_page(**_: Any) -> dict[str, Any]:
    """What stands on each letter."""
    round_ = _round(_book())
    starter = (round_.rest_by or round_.started_by) if round_ else None
    return {"clerk": names_of([starter]).get(starter, "") if starter else "", "base_url": _base_url()}


@bp.post("/verzeichnis/bestaetigung/briefe")
@access(*STAFF)
@keeps_entries("office/bestaetigung.html", PublicForm, round_page)
def post_confirmation_letters(form: PublicForm) -> ResponseReturnValue:
    """The printed letters are in the post."""
    confirming.letters_are_posted(db.session(), _book())
    return _back()


@bp.get("/verzeichnis/bestaetigung/anrufe")
@access(*STAFF)
def confirmation_calls() -> str:
    """Who is called, at which numbers."""
    round_ = _round(_book())
    found = confirming.calls(db.session(), _book(), round_) if round_ else []
    return render_template("office/bestaetigung-anrufe.html", calls=found, ways=WAYS, why_not=WHY_NOT)


def call_form(asked_id: UUID) -> CallForm:
    """The form of one call; today unless another day is given."""
    form = CallForm()
    if not form.is_submitted():
        form.on.data = clock.today()
    return form


def call_page(asked_id: UUID) -> dict[str, Any]:
    """What is held of the organisation that is called."""
    asked = queries.asked_in(db.session(), _round_or_404().id, asked_id)
    return {"asked": asked, "held": confirmed.held(db.session(), asked)}


@bp.get("/verzeichnis/bestaetigung/anrufe/<uuid:asked_id>")
@access(*STAFF)
def ask_for_call(asked_id: UUID) -> str:
    """Speak with an organisation, and record what was said in one form."""
    page = call_page(asked_id)
    return render_template("office/bestaetigung-anruf.html", form=call_form(asked_id), **page)


@bp.post("/verzeichnis/bestaetigung/anrufe/<uuid:asked_id>")
@access(*STAFF)
@keeps_entries("office/bestaetigung-anruf.html", call_form, call_page)
def record_call(asked_id: UUID, form: CallForm) -> ResponseReturnValue:
    """Confirmed on the phone, or nobody answered, or something that the office sees to."""
    asked = queries.asked_in(db.session(), _round_or_404().id, asked_id)
    person, remark = form.person.data or "", form.remark.data or ""
    match form.outcome.data:
        case rules.CONFIRMED:
            confirmed.confirm(
                db.session(), asked.id, PHONE, person, by=g.person.id, role=_role(), on=form.on.data, remark=remark
            )
        case rules.GONE:
            confirmed.has_ended(db.session(), asked.id, PHONE, person, remark)
        case rules.OBJECTED:
            confirmed.object_(db.session(), asked.id, PHONE, person, by=g.person.id, role=_role(), remark=remark)
        case _:
            actions.note_call(actions.lock(db.session(), asked.id), form.on.data, remark)
    address = url_for(".confirmation_calls")
    db.session.commit()
    return redirect(address, 303)


def _fresh_trial() -> TrialForm:
    """For a page whose own form is another one."""
    return trial_form()


def _lines(rows: Sequence[Asked]) -> list[Line]:
    names = organisations_by_id(db.session(), [row.organisation_id for row in rows])
    failed = queries.failed(db.session(), rows)
    lines = [Line(row, names[row.organisation_id], failed.get(row.id, "")) for row in rows]
    return sorted(lines, key=lambda line: (line.name.casefold(), str(line.asked.id)))


def _why_not_yet(round_: Round, trial: Sequence[Asked]) -> list[str]:
    """Why the rest cannot be asked yet, as sentences."""
    try:
        actions.trial_has_to_be_back(round_, trial)
    except Refused as refused:
        return sentences(refused.reasons, None)
    return []


def _offer(one: Candidate) -> str:
    return f"{one.name} ({WAYS[one.reach.way]}: {one.where})" if one.where else f"{one.name} ({WAYS[one.reach.way]})"


def _square(code: str) -> Markup:
    return square(f"{_base_url()}{url_for('public.ask_for_code')}?code={code}")


def _base_url() -> str:
    return str(current_app.config["BASE_URL"] or request.host_url).rstrip("/")


def _round(book: Rulebook) -> Round | None:
    return queries.round_of(db.session(), rules.reference_day(book.register["confirmation"], clock.today()))


def _round_or_404() -> Round:
    found = _round(_book())
    if found is None:
        raise NotFound
    return found


def _back() -> ResponseReturnValue:
    address = url_for(".confirmation_round")
    db.session.commit()
    return redirect(address, 303)


def _role() -> str:
    return Role.CASEWORKER if Role.CASEWORKER in g.person.roles else Role.APPROVER


def _book() -> Rulebook:
    current = current_page().in_force
    if current is None:
        raise NotFound
    return current.rulebook
