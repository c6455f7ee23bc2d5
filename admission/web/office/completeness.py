"""Is everything there? Each item there or missing; then complete, or one bundled request made from what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid5

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.cases import queries, rules
from admission.cases.models import Case, Document
from admission.cases.rules import Evidence
from admission.casework.move import Command, Record, act, move
from admission.completeness import actions
from admission.completeness.models import ItemCheck
from admission.completeness.queries import checks, last_request
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid, Stale
from admission.procedure import deadlines as periods
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import Carried, Choice, CommandForm, Lines
from admission.web.office import bp
from admission.web.office.surroundings import (
    STAFF,
    StepForm,
    against,
    book_of,
    declared,
    frame,
    situation,
    step_form,
    words,
)

THERE, MISSING = "there", "missing"
ALL_THERE = "alles-da"
"""The button by which everything that is not marked yet counts as there."""
OPEN = ("completeness", "assessment")
"""States in which items are checked."""


@dataclass(frozen=True)
class Item:
    """One item: what stands for it, what was found, and what the organisation answered to the last request."""

    evidence: Evidence
    documents: tuple[Document, ...]
    check: ItemCheck | None
    answer: str


@bp.get("/vorgaenge/<number>/vollstaendigkeit")
@access(*STAFF, case="number")
@declared
def completeness(case: Case) -> str:
    """Every item with what stands for it, and what can be done next."""
    return render_template("office/vollstaendigkeit.html", **completeness_page(case), form=_form(case, fresh=True))


@bp.post("/vorgaenge/<number>/vollstaendigkeit")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vollstaendigkeit.html", lambda case: _form(case), lambda case: completeness_page(case))
def check_items(case: Case, form: Any) -> ResponseReturnValue:
    """Record what was found; only what changed becomes an entry."""
    if form.command.seen != case.revision:
        raise Stale(form.command.seen, case.revision)
    session = db.session()
    before = checks(session, case.id)
    by = acting(case, ("caseworker",))
    otherwise = THERE if request.form.get("danach") == ALL_THERE else None
    for item in _items(case, book_of(case)):
        code = item.evidence.code
        verdict, note = form[f"{code}-verdict"].data or otherwise, form[f"{code}-note"].data or ""
        known = before.get(code)
        if not verdict or (known is not None and (known.verdict, known.note) == (verdict, note)):
            continue
        if verdict == MISSING and not note:
            raise Invalid({f"{code}-note": [gettext("Please say what is missing, so that the organisation knows.")]})
        seen, now = int(form[f"{code}-version"].data or 0), known.version if known else 0
        if seen != now:
            return _somebody_was_faster(case, form, code, known)
        actions.check(session, case.id, code, verdict, note, by=g.person.id, seen=seen)
        record = Record(data={"item": code, "verdict": verdict}, private={"message": note} if note else {})
        command = Command(uuid5(form.command.id, code), form.command.seen)
        act(session, case.id, "check", by=by, command=command, record=record)
    session.commit()
    return redirect(url_for(".completeness", number=case.number), 303)


@bp.post("/vorgaenge/<number>/vollstaendigkeit/bestaetigen")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vollstaendigkeit.html", StepForm, lambda case: _with_items(case))
def confirm_complete(case: Case, form: StepForm) -> ResponseReturnValue:
    """Everything is there: the criteria check begins."""
    move(db.session(), case.id, "confirm_complete", by=acting(case, ("caseworker",)), command=form.command)
    db.session.commit()
    return redirect(url_for(".case", number=case.number), 303)


@bp.post("/vorgaenge/<number>/vollstaendigkeit/nachfordern")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vollstaendigkeit.html", StepForm, lambda case: _with_items(case))
def request_supplement(case: Case, form: StepForm) -> ResponseReturnValue:
    """Ask for everything that is missing, in one letter."""
    fresh = case.revision == form.command.seen  # else `move` says that the form is stale, or was sent before
    items = actions.request_missing(db.session(), case) if fresh else []
    record = Record(data={"items": [row.item for row in items]})
    by = acting(case, ("caseworker",))
    move(db.session(), case.id, "request_supplement", by=by, command=form.command, record=record)
    db.session.commit()
    return redirect(url_for(".case", number=case.number), 303)


def _somebody_was_faster(case: Case, form: Any, code: str, known: ItemCheck | None) -> ResponseReturnValue:
    """Nothing is written; the same page with what was entered, and what somebody else found meanwhile."""
    verdict, note = (known.verdict, known.note) if known else ("", "")
    version = known.version if known else 0
    db.session.rollback()
    form[f"{code}-version"].data = str(version)
    said = {THERE: gettext("there"), MISSING: gettext("missing")}.get(verdict, "")
    sentence = gettext(
        "%(code)s was checked by somebody else while you were writing: %(found)s. "
        "Nothing was overwritten. If your entries still fit, send them once more.",
        code=code,
        found=": ".join(filter(None, (said, note))),
    )
    page = completeness_page(case)
    return render_template("office/vollstaendigkeit.html", **page, form=form, reasons=[sentence]), 409


def completeness_page(case: Case) -> dict[str, Any]:
    """What the page shows."""
    values = frame(case)
    book: Rulebook = values["book"]
    found = situation(case)
    items = _items(case, book)
    return {
        **values,
        "items": items,
        "document_name": queries.document_name,
        "can_check": case.state in OPEN,
        "unchecked": sum(item.check is None for item in items),
        "all_there": ALL_THERE,
        "missing": [item for item in items if item.check is not None and item.check.verdict == MISSING],
        "until": _until(book),
        "confirming": words(against(found, book, "confirm_complete"), book),
        "requesting": words(against(found, book, "request_supplement"), book),
        "confirm_form": step_form(case, "vollstaendig"),
        "request_form": step_form(case, "nachfordern"),
    }


def _with_items(case: Case) -> dict[str, Any]:
    """The page when one of its two buttons was refused: the form of the items is a fresh one."""
    return {**completeness_page(case), "items_form": _form(case, fresh=True)}


def _items(case: Case, book: Rulebook) -> list[Item]:
    session = db.session()
    documents: Sequence[Document] = queries.documents(session, case.id)
    answers = queries.answers(session, case.id)
    found = checks(session, case.id)
    answered = {row.item: row.answer for row in last_request(session, case.id)}
    return [
        Item(
            one,
            tuple(row for row in documents if row.kind in one.documents),
            found.get(one.code),
            answered.get(one.code, ""),
        )
        for one in rules.evidence(book, answers, {row.kind for row in documents})
    ]


def _until(book: Rulebook) -> date:
    rule = book.procedure("admission").deadlines["supplement"]
    return periods.due(clock.today(), rule.length, rule.unit, book.calendar, book.no_end_between)


def _form(case: Case, *, fresh: bool = False) -> Any:
    """A form of as many items as the edition asks for; filled with what was found, unless it is being answered."""
    items = _items(case, book_of(case))
    fields: dict[str, Any] = {}
    for item in items:
        code, check = item.evidence.code, item.check
        fields[f"{code}-verdict"] = Choice(
            gettext("%(code)s: is it there?", code=code),
            [(THERE, lazy_gettext("there")), (MISSING, lazy_gettext("missing"))],
            default=check.verdict if check else None,
        )
        fields[f"{code}-note"] = Lines(
            gettext("What is missing"), limit=2000, default=check.note if check else "", render_kw={"rows": 2}
        )
        fields[f"{code}-version"] = Carried(default=str(check.version if check else 0))
    made = type("ItemsForm", (CommandForm,), fields)
    if not fresh:
        return made()
    form = made(formdata=None)
    form.seen_revision.data = str(case.revision)
    return form
