"""Check the answers, confirm with a name, submit; and the confirmation, which stays reachable."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField

from admission.cases import queries, rules
from admission.cases.models import Case
from admission.casework import applications
from admission.ground.db import db
from admission.ground.errors import Invalid
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.drafts import address_of, changes_since, submitted, task_list
from admission.web.applicant.surroundings import book_of, contact, shown, title_of
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Text


class Submission(CommandForm):
    """The name that confirms the declarations, and the edition that the page was made with."""

    name = Text(
        lazy_gettext("Your first and last name"),
        required=lazy_gettext("Please write your first and last name. With it you confirm the declarations."),
        limit=120,
        render_kw={"autocomplete": "name"},
    )
    edition = HiddenField()


def submission_form(draft: Case) -> Submission:
    """An empty confirmation under the edition in force."""
    return Submission(seen=draft.revision, data={"edition": book_of(draft).digest})


def check_page(draft: Case) -> dict[str, Any]:
    """Every answer with its way back, what is still open, and what a newer edition changed."""
    book = book_of(draft)
    answers = queries.answers(db.session(), draft.id)
    rows = list(queries.documents(db.session(), draft.id))
    tasks = task_list(draft, book, answers, [row.kind for row in rows])
    return {
        "draft": draft,
        "book": book,
        "sections": answered(draft, book, answers, rows, change=True),
        "open": [task for task in tasks if task.kind != "done"],
        "changes": changes_since(draft, book),
        "contact": contact(draft),
    }


@bp.get("/antrag/entwurf/<uuid:draft>/pruefen")
@access(Role.APPLICANT, draft="draft")
def check(draft: Case) -> ResponseReturnValue:
    """Show everything once more before it is submitted."""
    if draft.state != "draft":
        return submitted(draft)
    return render_template("applicant/pruefen.html", form=submission_form(draft), **check_page(draft))


@bp.post("/antrag/entwurf/<uuid:draft>/pruefen")
@access(Role.APPLICANT, draft="draft")
@keeps_entries("applicant/pruefen.html", submission_form, check_page)
def submit(draft: Case, form: Submission) -> ResponseReturnValue:
    """Submit under the edition in force today, which must be the one that the page showed."""
    book = book_of(draft)
    if draft.state == "draft" and form.edition.data != book.digest:
        form.edition.data = book.digest
        raise Invalid(
            {
                "name": [
                    gettext(
                        "A new edition of the rules has come into force meanwhile. "
                        "Please read above what has changed, then submit once more."
                    )
                ]
            }
        )
    by = acting(draft, ("applicant",))
    applications.submit(db.session(), draft, book, form.name.data or "", by=by, command=form.command)
    db.session.commit()
    db.session.refresh(draft)
    return redirect(url_for(".received", number=draft.number), 303)


@bp.get("/antrag/<number>/eingegangen")
@access(Role.APPLICANT, case="number")
def received(case: Case) -> str:
    """The number, the named person, and when what comes next."""
    due = {row.kind: row.due_on for row in queries.deadlines(db.session(), case.id)}
    return render_template("applicant/eingegangen.html", case=case, book=book_of(case), due=due, contact=contact(case))


@bp.get("/antrag/<number>/angaben")
@access(Role.APPLICANT, case="number")
def submitted_answers(case: Case) -> str:
    """What was submitted, to be read again."""
    book = book_of(case)
    answers = queries.answers(db.session(), case.id)
    rows = list(queries.documents(db.session(), case.id))
    sections = answered(case, book, answers, rows, change=False)
    return render_template("applicant/angaben.html", case=case, book=book, sections=sections)


def answered(
    case: Case, book: Rulebook, answers: dict[str, Any], documents: list[Any], *, change: bool
) -> list[dict[str, Any]]:
    """Section by section: (question, lines of the answer, where to change it)."""
    found = []
    for section in book.sections:
        name = section["name"]
        if name == rules.DOCUMENTS:
            lines = _documents(case, book, answers, documents, change)
        else:
            asked = [row for row in rules.asked(book, answers) if row["section"] == name]
            lines = [
                (
                    title_of(book, "question", row["code"]),
                    shown(book, row, answers.get(row["code"])),
                    address_of(case, book, answers, name, row["code"], von="pruefen") if change else "",
                    "",
                )
                for row in asked
                if change or row["code"] in answers
            ]
        found.append({"name": name, "title": title_of(book, "section", name), "rows": lines})
    return found


def _documents(
    case: Case, book: Rulebook, answers: dict[str, Any], documents: list[Any], change: bool
) -> list[tuple[str, list[str], str, str]]:
    href = url_for(".documents", draft=case.id) if change else ""
    files = [
        (
            title_of(book, "document", row.kind),
            [queries.document_name(row)],
            href,
            "" if change else url_for(".download", number=case.number, document=row.id),
        )
        for row in documents
    ]
    rest = [
        (
            title_of(book, "criterion", group.code),
            [_instead(group)],
            href,
            "",
        )
        for group in rules.evidence(book, answers, [row.kind for row in documents])
        if not group.uploaded
    ]
    return files + rest


def _instead(group: rules.Evidence) -> str:
    if group.replaced:
        return str(gettext("nothing needed; your answers are enough"))
    return str(gettext("comes later") if group.later else gettext("nothing yet"))
