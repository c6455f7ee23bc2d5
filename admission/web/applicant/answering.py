"""One question a page, dated activities one by one, and the declarations together."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admission.cases import actions, queries, rules
from admission.cases.models import Case
from admission.cases.rules import UnfitAnswer
from admission.ground.db import db
from admission.ground.errors import Invalid, NotFound, StaleRow
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access
from admission.web.applicant import bp
from admission.web.applicant.drafts import address_of, submitted
from admission.web.applicant.questions import WIDTHS, NewActivity, declarations_form, question_form, value_of
from admission.web.applicant.surroundings import book_of, contact, say, shown, title_of, unchanged, unfit
from admission.web.entries import keeps_entries
from admission.web.fields import RowForm
from admission.web.page import day

PAUSE, MORE, CHECK = "pause", "mehr", "pruefen"


def form_of(draft: Case, section: str, question: str) -> Any:
    """The form of this question; raises `NotFound` for one that the draft does not ask."""
    book, answers, row = _asked(draft, section, question)
    if book.facts[row["fact"]]["type"] == "days":
        return NewActivity(seen=draft.revision)
    version = queries.answer_versions(db.session(), draft.id).get(question, 0)
    return question_form(book, row, answers.get(question), draft.revision, version)


def question_page(draft: Case, section: str, question: str) -> dict[str, Any]:
    """What the page of a question shows beside its form."""
    book, answers, row = _asked(draft, section, question)
    codes = _codes(book, answers, section)
    kind = book.facts[row["fact"]]["type"]
    return {
        "draft": draft,
        "section": section,
        "section_title": title_of(book, "section", section),
        "question": row,
        "kind": kind,
        "width": WIDTHS.get(kind),
        "place": (codes.index(question) + 1, len(codes)),
        "title": title_of(book, "question", question),
        "help": say(book, f"question.{question}.help") if row.get("help") else "",
        "saved": shown(book, row, answers.get(question)),
        "activities": _activities(answers.get(question)) if kind == "days" else [],
        "von": _from(),
        "contact": contact(draft),
    }


@bp.get("/antrag/entwurf/<uuid:draft>/<section>/<question>")
@access(Role.APPLICANT, draft="draft")
def question(draft: Case, section: str, question: str) -> ResponseReturnValue:
    """Ask one question."""
    if draft.state != "draft":
        return submitted(draft)
    page = question_page(draft, section, question)
    return render_template("applicant/frage.html", form=form_of(draft, section, question), **page)


@bp.post("/antrag/entwurf/<uuid:draft>/<section>/<question>")
@access(Role.APPLICANT, draft="draft")
@keeps_entries("applicant/frage.html", form_of, question_page)
def save(draft: Case, section: str, question: str, form: Any) -> ResponseReturnValue:
    """Store the answer and go on to the next question of the section, or back to the overview."""
    unchanged(draft, form)
    book, answers, _row = _asked(draft, section, question)
    if isinstance(form, NewActivity):
        value = answers.get(question)
        if not form.empty:
            value = _with(book, value, form)
    else:
        value = form.value
        _unless_changed(draft, form, {question: value}, answers, [question])
    actions.save_answers(db.session(), draft, book, {question: value})
    address = _onward(draft, book, section, question)
    db.session.commit()
    return redirect(address, 303)


@bp.post("/antrag/entwurf/<uuid:draft>/<section>/<question>/entfernen")
@access(Role.APPLICANT, draft="draft")
@keeps_entries("applicant/frage.html", form_of, question_page)
def remove_activity(draft: Case, section: str, question: str, form: Any) -> ResponseReturnValue:
    """Take one dated activity out; one that is gone already stays gone."""
    unchanged(draft, form)
    book, answers, _row = _asked(draft, section, question)
    rows = list(answers.get(question) or [])
    gone = next((row for row in rows if _key(row) == request.form.get("entfernen")), None)
    if gone is not None:
        rows.remove(gone)
        actions.save_answers(db.session(), draft, book, {question: rows or None})
    address = url_for(".question", draft=draft.id, section=section, question=question)
    db.session.commit()
    return redirect(address, 303)


def declarations_of(draft: Case) -> Any:
    """The form of all declarations that the draft asks for."""
    book, answers, rows = _declared(draft)
    return declarations_form(book, rows, answers, draft.revision, _newest(draft, [row["code"] for row in rows]))


def declarations_page(draft: Case) -> dict[str, Any]:
    """The sentences beside the form: question, criterion, the charter where a criterion rests on it."""
    book, answers, rows = _declared(draft)
    items = []
    for row in rows:
        code = criterion_of(book, row["fact"])
        items.append(
            {
                "row": row,
                "code": code,
                "criterion": title_of(book, "criterion", code) if code else "",
                "says": say(book, f"fact.{row['fact']}.says"),
                "title": title_of(book, "question", row["code"]),
                "help": say(book, f"question.{row['code']}.help") if row.get("help") else "",
                "charter": row["fact"] == "charter_accepted",
                "saved": shown(book, row, answers.get(row["code"])),
            }
        )
    charter = say(book, "charter.text").strip().split("\n\n") if book.has_text("charter.text") else []
    return {"draft": draft, "items": items, "charter": charter, "von": _from(), "contact": contact(draft)}


@bp.get("/antrag/entwurf/<uuid:draft>/erklaerungen")
@access(Role.APPLICANT, draft="draft")
def declarations(draft: Case) -> ResponseReturnValue:
    """Ask for all declarations on one page; nothing is preselected."""
    if draft.state != "draft":
        return submitted(draft)
    return render_template("applicant/erklaerungen.html", form=declarations_of(draft), **declarations_page(draft))


@bp.post("/antrag/entwurf/<uuid:draft>/erklaerungen")
@access(Role.APPLICANT, draft="draft")
@keeps_entries("applicant/erklaerungen.html", declarations_of, declarations_page)
def save_declarations(draft: Case, form: Any) -> ResponseReturnValue:
    """Store what was declared; who stops here may leave some open."""
    unchanged(draft, form)
    book, answers, rows = _declared(draft)
    pause = request.form.get("danach") == PAUSE
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for row in rows:
        raw = form[row["code"]].data
        if pause and not str(raw or "").strip():
            continue
        try:
            values[row["code"]] = value_of(book, row, raw)
        except UnfitAnswer as problem:
            errors[row["code"]] = [unfit(problem, book)]
    if errors:
        raise Invalid(errors)
    _unless_changed(draft, form, values, answers, [row["code"] for row in rows])
    actions.save_answers(db.session(), draft, book, values)
    address = url_for(".tasks" if pause or _from() != CHECK else ".check", draft=draft.id)
    db.session.commit()
    return redirect(address, 303)


def _unless_changed(
    draft: Case, form: RowForm, values: Mapping[str, Any], stored: Mapping[str, Any], codes: Iterable[str]
) -> None:
    """Raise `StaleRow` if an answer that the page shows was changed since, and this form would overwrite it."""
    differs = any(stored.get(code) != value for code, value in values.items())
    if differs and (now := _newest(draft, codes)) != form.version:
        raise StaleRow(form.version, now)


def _newest(draft: Case, codes: Iterable[str]) -> int:
    """The version of the answer that was saved last among these questions."""
    versions = queries.answer_versions(db.session(), draft.id)
    return max((versions.get(code, 0) for code in codes), default=0)


def criterion_of(book: Rulebook, fact: str) -> str:
    """The criterion of a declaration: it reads the fact, or a document that the fact replaces serves it; else empty.

    A declaration that no rule reads, because a person judges, names its criterion by title: „Erklärung: Wer bestimmt“.
    """
    read = (
        criterion["code"]
        for criterion in book.criteria
        for way in criterion.get("ways", ())
        if any(test.get("fact") == fact for test in way.get("all", ()))
    )
    replacing = (row["serves"][0] for row in book.documents.values() if row.get("replaced_by") == fact)
    says = book.text(f"fact.{fact}.says")
    named = (row["code"] for row in book.criteria if says.endswith(f": {row['title']}"))
    return next(chain(read, replacing, named), "")


def _asked(draft: Case, section: str, code: str) -> tuple[Rulebook, dict[str, Any], Mapping[str, Any]]:
    book = book_of(draft)
    answers = queries.answers(db.session(), draft.id)
    own_page = section in (rules.DOCUMENTS, rules.DECLARATIONS)
    row = next((row for row in rules.asked(book, answers) if (row["section"], row["code"]) == (section, code)), None)
    if row is None or own_page:
        raise NotFound
    return book, answers, row


def _declared(draft: Case) -> tuple[Rulebook, dict[str, Any], list[Mapping[str, Any]]]:
    book = book_of(draft)
    answers = queries.answers(db.session(), draft.id)
    return book, answers, [row for row in rules.asked(book, answers) if row["section"] == rules.DECLARATIONS]


def _codes(book: Rulebook, answers: Mapping[str, Any], section: str) -> list[str]:
    return [row["code"] for row in rules.asked(book, answers) if row["section"] == section]


def _with(book: Rulebook, before: Any, form: NewActivity) -> list[dict[str, str]]:
    known = list(before or [])
    rows = sorted([*known, *(row for row in form.rows(book) if row not in known)], key=lambda row: row["on"])
    if len(rows) > rules.MOST_DAYS:
        raise Invalid({"on": [unfit(UnfitAnswer("answer.too_many_days", most=rules.MOST_DAYS), book)]})
    return rows


def _onward(draft: Case, book: Rulebook, section: str, code: str) -> str:
    after = request.form.get("danach")
    if after == PAUSE:
        return url_for(".tasks", draft=draft.id)
    if after == MORE:
        return url_for(".question", draft=draft.id, section=section, question=code, von=_from())
    answers = queries.answers(db.session(), draft.id)
    following = _codes(book, answers, section)
    following = following[following.index(code) + 1 :]
    if _from() == CHECK:  # only what this answer has opened; then back to the check
        following = [other for other in following if other not in answers and book.question(other).get("required")]
        if not following:
            return url_for(".check", draft=draft.id)
    if following:
        return address_of(draft, book, answers, section, following[0], **({"von": CHECK} if _from() else {}))
    return url_for(".tasks", draft=draft.id)


def _from() -> str | None:
    return CHECK if request.args.get("von") == CHECK else None


def _activities(rows: Any) -> list[dict[str, str]]:
    return [{**row, "day": day(row["on"]), "key": _key(row)} for row in rows or ()]


def _key(row: Mapping[str, str]) -> str:
    return f"{row['on']} {row['where']} {row['what']}"
