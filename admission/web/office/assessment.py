"""The criteria check: answer, document, how the rule came to its value, and the finding of a person, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.assessment.models import Finding
from admission.assessment.queries import findings as found_on
from admission.cases import queries, rules
from admission.cases.models import Case, Document
from admission.casework.findings import Examined, assess, examined
from admission.ground.db import db
from admission.ground.errors import NotFound, Stale
from admission.rulebook import sentences
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import Carried, Choice, CommandForm, Lines
from admission.web.office import bp
from admission.web.office.surroundings import (
    STAFF,
    against_act,
    book_of,
    declared,
    frame,
    names,
    say,
    shown,
    situation,
    words,
)
from admission.web.page import language

OUTCOMES = ("met", "met_by_exception", "open", "not_met")
MARKS = {"met": "met", "met_by_exception": "met", "open": "unclear", "not_met": "not", "unclear": "unclear"}
JUDGED_BY = frozenset({"activities", "declarations"})
"""Sections whose answers are read for a criterion that a person judges and that names no facts."""


@dataclass(frozen=True)
class Answered:
    """One question that the criterion reads, and its answer."""

    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """One way to meet a criterion, and its tests as (mark, word, sentence)."""

    number: int
    says: str
    tests: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Saved:
    """What somebody else had saved meanwhile."""

    outcome: str
    reason: str
    who: str
    at: datetime
    version: int


@bp.get("/vorgaenge/<number>/pruefung")
@access(*STAFF, case="number")
@declared
def assessment_first(case: Case) -> ResponseReturnValue:
    """Lead to the first criterion without a finding, else to the first."""
    rows = examined(db.session(), case, book_of(case))
    code = next((row.criterion["code"] for row in rows if row.finding is None), rows[0].criterion["code"])
    return redirect(url_for(".assessment", number=case.number, code=code), 303)


@bp.get("/vorgaenge/<number>/pruefung/<code>")
@access(*STAFF, case="number")
@declared
def assessment(case: Case, code: str) -> str:
    """One criterion on one page."""
    page = assessment_page(case, code)
    return render_template("office/pruefung.html", **page, form=_form(case, code, fresh=page["one"].finding or True))


@bp.post("/vorgaenge/<number>/pruefung/<code>")
@access(*STAFF, case="number")
@declared
@keeps_entries(
    "office/pruefung.html", lambda case, code: _form(case, code), lambda case, code: assessment_page(case, code)
)
def record_finding(case: Case, code: str, form: Any) -> ResponseReturnValue:
    """Record the finding; the reason is what the organisation reads."""
    session, book = db.session(), book_of(case)
    if form.command.seen != case.revision:
        raise Stale(form.command.seen, case.revision)
    before = found_on(session, case.id).get(code)
    seen, now = int(form.version.data or 0), before.version if before else 0
    same = before is not None and (before.outcome, before.reason) == (form.outcome.data, form.reason.data)
    if seen != now and not same:
        return _somebody_was_faster(case, code, form, before)
    if not same:
        assess(
            session, case, book, code, form.outcome.data, form.reason.data or "",
            seen_version=seen, by=acting(case, ("caseworker",)), command=form.command,
        )  # fmt: skip
    session.commit()
    if request.form.get("danach") == "hier":
        return redirect(url_for(".assessment", number=case.number, code=code), 303)
    return redirect(_onwards(case, book, code), 303)


def assessment_page(case: Case, code: str) -> dict[str, Any]:
    """What the page shows; raises `NotFound` for a criterion that does not apply here."""
    session = db.session()
    values = frame(case)
    book: Rulebook = values["book"]
    rows = examined(session, case, book)
    one = next((row for row in rows if row.criterion["code"] == code), None)
    if one is None:
        raise NotFound
    documents = _documents(queries.documents(session, case.id), one.criterion)
    chosen = next((row for row in documents if str(row.id) == request.args.get("unterlage")), None)
    codes = [row.criterion["code"] for row in rows]
    return {
        **values,
        "one": one,
        "strip": [_strip(book, row) for row in rows],
        "answers": _answers(book, queries.answers(session, case.id), one.criterion),
        "trace": _trace(book, one),
        "questions": _questions(book, one.criterion),
        "rule": say(book, f"verdict.{one.rule.verdict}.rule"),
        "documents": documents,
        "shown_document": chosen or (documents[0] if documents else None),
        "document_name": queries.document_name,
        "found_by": names(session, [one.finding.assessed_by])[one.finding.assessed_by] if one.finding else "",
        "reasons_against": words(against_act(situation(case), book, "assess"), book),
        "next_code": next((later for later in codes[codes.index(code) + 1 :]), None),
    }


def _form(case: Case, code: str, *, fresh: Finding | bool = False) -> Any:
    """The finding's form with the outcomes that this criterion knows; filled with `fresh`, if it is a finding."""
    book = book_of(case)
    criterion = book.criterion(code) if code in {row["code"] for row in book.criteria} else {}
    possible = [name for name in OUTCOMES if name != "met_by_exception" or criterion.get("exceptions")]

    class FindingForm(CommandForm):
        """What a person found on this criterion."""

        outcome = Choice(
            gettext("Finding on %(code)s", code=code),
            [(name, say(book, f"outcome.{name}")) for name in possible],
            required=lazy_gettext("Please choose a finding."),
        )
        reason = Lines(lazy_gettext("Reason"))
        version = Carried(default="0")

    if not fresh:
        return FindingForm()
    form: Any = FindingForm(formdata=None, obj=fresh if isinstance(fresh, Finding) else None)
    form.seen_revision.data = str(case.revision)
    return form


def _somebody_was_faster(case: Case, code: str, form: Any, before: Finding | None) -> ResponseReturnValue:
    """Both texts on one page, and the form with what was entered; nothing is overwritten."""
    assert before is not None  # a finding is never taken back
    session = db.session()
    who = names(session, [before.assessed_by])[before.assessed_by]
    saved = Saved(before.outcome, before.reason, who, before.assessed_at, before.version)
    session.rollback()
    form.version.data = str(saved.version)
    return render_template("office/pruefung.html", **assessment_page(case, code), form=form, saved=saved), 409


def _onwards(case: Case, book: Rulebook, code: str) -> str:
    """The next criterion without a finding behind this one, then before it; when all have one, the proposal."""
    rows = examined(db.session(), case, book)
    codes = [row.criterion["code"] for row in rows]
    at = codes.index(code) if code in codes else 0
    missing = {row.criterion["code"] for row in rows if row.finding is None}
    following = next((later for later in codes[at:] + codes[:at] if later in missing), None)
    if following:
        return url_for(".assessment", number=case.number, code=following)
    return url_for(".proposal" if case.state == "assessment" else ".hearing", number=case.number)


def _strip(book: Rulebook, row: Examined) -> tuple[str, str, str]:
    """Code, mark and word of one criterion in the strip."""
    if row.finding is None:
        return row.criterion["code"], "open", gettext("no finding yet")
    return row.criterion["code"], MARKS[row.finding.outcome], say(book, f"outcome.{row.finding.outcome}")


def _answers(book: Rulebook, given: Mapping[str, Any], criterion: Mapping[str, Any]) -> list[Answered]:
    facts = _read(criterion)
    facts |= {book.facts[name]["drawn_from"] for name in facts if book.facts[name].get("drawn_from")}
    return [
        Answered(say(book, f"question.{question['code']}.title"), tuple(shown(book, question, given[question["code"]])))
        for question in rules.asked(book, given)
        if question["code"] in given and (question["fact"] in facts if facts else _bears_on(book, question))
    ]


def _read(criterion: Mapping[str, Any]) -> set[str]:
    """The facts that the rule of a criterion reads; none where a person judges."""
    tests = [test for way in criterion.get("ways", ()) for test in way["all"]]
    return {name for test in tests for name in (test["fact"], test.get("years")) if name}


def _bears_on(book: Rulebook, question: Mapping[str, Any]) -> bool:
    """Whether an answer bears on what a person judges: what is done, and declarations that no rule reads."""
    if question["section"] == "declarations":
        return not any(question["fact"] in _read(other) for other in book.criteria)
    return question["section"] in JUDGED_BY


def _trace(book: Rulebook, one: Examined) -> list[Way]:
    """Every way of the criterion with each of its tests, as it went."""
    left = iter(one.rule.trace)
    found = []
    for number, way in enumerate(one.criterion.get("ways", ()), start=1):
        rows = [next(left) for _test in way["all"]] if one.rule.trace else []
        tests = [
            (MARKS[row.verdict.value], say(book, f"verdict.{row.verdict}"), _said(book, test, row.verdict.value))
            for test, row in zip(way["all"], rows, strict=False)
        ]
        found.append(Way(number, say(book, f"criterion.{one.criterion['code']}.way.{number}"), tuple(tests)))
    return found


def _said(book: Rulebook, test: Mapping[str, Any], verdict: str) -> str:
    return sentences.of_test(book, test, verdict, language())


def _questions(book: Rulebook, criterion: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a person asks, and what counts as yes."""
    keys = [
        f"criterion.{criterion['code']}.question.{n + 1}" for n in range(len(criterion.get("guiding_questions", ())))
    ]
    return [(say(book, f"{key}.asks"), say(book, f"{key}.yes")) for key in keys]


def _documents(rows: Sequence[Document], criterion: Mapping[str, Any]) -> list[Document]:
    """The documents that serve this criterion first; then all others, since a fact may stand anywhere."""
    serving = criterion.get("evidence_one_of", ())
    return sorted(rows, key=lambda row: row.kind not in serving)
