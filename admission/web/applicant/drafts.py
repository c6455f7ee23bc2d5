"""Own applications, the privacy notice, and the task list of a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from admission.cases import queries, rules
from admission.cases.models import Case
from admission.casework import applications
from admission.decisions.queries import waiting as letters_waiting
from admission.ground import clock
from admission.ground.db import db
from admission.hearing.queries import answered
from admission.people.accounts import locked
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import in_force, rulebook
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.surroundings import book_of, contact, say, title_of
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, PublicForm
from admission.web.page import current_page


@dataclass(frozen=True)
class Task:
    """One section of the task list; `next` is the one to go on with."""

    name: str
    title: str
    href: str
    kind: str
    status: str
    hint: str
    next: bool


@bp.get("/antrag")
@access(Role.APPLICANT)
def own() -> str:
    """Own applications and drafts, and how to begin one."""
    session = db.session()
    cases = [case for case in queries.cases_of(session, g.person.id) if case.number or case.state == "draft"]
    waiting, heard = (asked(session, [case.id for case in cases]) for asked in (letters_waiting, answered))
    rows = [_row(case, waits=case.id in waiting, heard=case.id in heard) for case in cases]
    return render_template("applicant/antraege.html", rows=rows, contact=contact())


def takes_applications() -> bool:
    """Whether a procedure of admission was resolved and holds today."""
    current = current_page().in_force
    return current is not None and current.takes_applications


@bp.get("/antrag/datenschutz")
@access(Role.APPLICANT)
def privacy() -> ResponseReturnValue:
    """What happens with the data, before the first field (after DSGVO Art. 13)."""
    if not takes_applications():
        return redirect(url_for(".own"), 303)
    return render_template("applicant/datenschutzhinweis.html", form=PublicForm(), **_notice())


@bp.post("/antrag/datenschutz")
@access(Role.APPLICANT)
@keeps_entries("applicant/datenschutzhinweis.html", PublicForm, lambda **_: _notice())
def begin(form: PublicForm) -> ResponseReturnValue:
    """Open a draft under the edition in force; one that is still untouched is taken again."""
    current = in_force(clock.today())
    if current is None or not current.takes_applications:
        return redirect(url_for(".own"), 303)
    locked(g.person.id)  # a second click comes after the first, and finds its draft
    untouched = [
        case
        for case in queries.cases_of(db.session(), g.person.id)
        if case.state == "draft" and not case.record_version and case.applicant_id == g.person.id
    ]
    case = untouched[0] if untouched else applications.open_draft(db.session(), current.rulebook, g.person.id)
    address = url_for(".tasks", draft=case.id)
    db.session.commit()
    return redirect(address, 303)


@bp.get("/antrag/entwurf/<uuid:draft>")
@access(Role.APPLICANT, draft="draft")
def tasks(draft: Case) -> ResponseReturnValue:
    """The sections, what is open in each, and with which to go on."""
    if draft.state != "draft":
        return submitted(draft)
    book = book_of(draft)
    answers = queries.answers(db.session(), draft.id)
    uploaded = [row.kind for row in queries.documents(db.session(), draft.id)]
    found = task_list(draft, book, answers, uploaded)
    return render_template(
        "applicant/aufgaben.html",
        draft=draft,
        book=book,
        tasks=found,
        done=sum(task.kind == "done" for task in found),
        changes=changes_since(draft, book),
        contact=contact(draft),
    )


@bp.get("/antrag/entwurf/<uuid:draft>/loeschen")
@access(Role.APPLICANT, draft="draft")
def ask_to_delete(draft: Case) -> ResponseReturnValue:
    """Ask whether the draft shall really go."""
    if draft.state != "draft":
        return submitted(draft)
    return render_template("applicant/loeschen.html", draft=draft, form=CommandForm(seen=draft.revision))


@bp.post("/antrag/entwurf/<uuid:draft>/loeschen")
@access(Role.APPLICANT, draft="draft")
@keeps_entries("applicant/loeschen.html", CommandForm)
def delete(draft: Case, form: CommandForm) -> ResponseReturnValue:
    """Withdraw the draft; its answers and files are erased."""
    by = acting(draft, ("applicant",))
    applications.withdraw(db.session(), draft, "", by=by, command=form.command)
    db.session.commit()
    return redirect(url_for(".own"), 303)


def submitted(draft: Case) -> ResponseReturnValue:
    """Lead on from the address of a draft that is none any more."""
    address = url_for(".status", number=draft.number) if draft.number else url_for(".own")
    return redirect(address, 303)


def task_list(draft: Case, book: Rulebook, answers: Mapping[str, Any], uploaded: list[str]) -> list[Task]:
    """Every section as a task; the first open one is next."""
    found: list[Task] = []
    for section in rules.sections(book, answers, uploaded):
        opens = next((code for code in section.open), None)
        found.append(
            Task(
                section.name,
                title_of(book, "section", section.name),
                address_of(draft, book, answers, section.name, opens),
                {"done": "done", "begun": "us", "new": "rest"}[section.status],
                {"done": gettext("Done"), "begun": gettext("Begun"), "new": gettext("Not begun yet")}[section.status],
                _hint(section),
                bool(section.open) and all(not task.next for task in found),
            )
        )
    return found


def address_of(
    draft: Case, book: Rulebook, answers: Mapping[str, Any], section: str, question: str | None, **more: Any
) -> str:
    """Where a section is answered: its open question, or its first one; two sections have a page of their own."""
    if section == rules.DOCUMENTS:
        return url_for(".documents", draft=draft.id, **more)
    if section == rules.DECLARATIONS:
        return url_for(".declarations", draft=draft.id, **more)
    codes = [row["code"] for row in rules.asked(book, answers) if row["section"] == section]
    return url_for(
        ".question", draft=draft.id, section=section, question=question or next(iter(codes), section), **more
    )


def changes_since(draft: Case, book: Rulebook) -> list[str]:
    """What another edition that came into force since the draft began asks or judges differently, in sentences."""
    before = rulebook(draft.edition)
    if before.digest == book.digest:
        return []
    old, new = {row["code"]: row for row in before.criteria}, {row["code"]: row for row in book.criteria}
    said = [
        gettext("Criterion %(code)s has changed: %(title)s", code=code, title=title_of(book, "criterion", code))
        if code in old
        else gettext("Criterion %(code)s is new: %(title)s", code=code, title=title_of(book, "criterion", code))
        for code in new
        if old.get(code) != new[code]
    ]
    said += [gettext("Criterion %(code)s no longer exists.", code=code) for code in old if code not in new]
    known = {row["code"] for row in before.questions}
    said += [
        gettext("A new question: %(title)s", title=title_of(book, "question", row["code"]))
        for row in book.questions
        if row["code"] not in known
    ]
    return said or [gettext("Criteria and questions are the same as before.")]


def _row(case: Case, *, waits: bool, heard: bool) -> dict[str, str]:
    """`waits`: a letter was not opened yet; `heard`: the statement of this hearing is there."""
    if case.state == "draft":
        return {
            "title": case.title or gettext("Draft without a name yet"),
            "href": url_for(".tasks", draft=case.id),
            "kind": "us",
            "status": gettext("Draft"),
            "meta": "",
        }
    book = book_of(case)
    state = gettext("A letter is waiting for you") if waits else say(book, f"state.admission.{case.state}.applicant")
    ball = book.procedure("admission").states[case.state].ball
    if case.state == "hearing" and heard:
        ball = "office"
    kind = "us" if waits or ball == "applicant" else "rest" if ball == "office" else "done"
    return {
        "title": case.title,
        "href": url_for(".status", number=case.number),
        "kind": kind,
        "status": state,
        "meta": case.number or "",
    }


def _hint(section: rules.Section) -> str:
    if not section.open:
        return ""
    if section.name == rules.DOCUMENTS:
        return str(gettext("A photo is enough. “Comes later” is an answer, too."))
    if section.name == rules.DECLARATIONS:
        return str(gettext("On one page. You confirm them with your name when you submit."))
    return str(ngettext("One question is open", "%(num)s questions are open", len(section.open)))


def _notice() -> dict[str, Any]:
    page = current_page()
    assert page.in_force is not None
    book, city = page.in_force.rulebook, page.city
    values = {
        "city": getattr(city, "name", ""),
        "office": getattr(city, "office", ""),
        "address": getattr(city, "office_address", ""),
        "phone": getattr(city, "phone", ""),
        "email": getattr(city, "mail", ""),
        "data_protection_officer": getattr(city, "data_protection_officer", ""),
    }
    parts = [
        (say(book, f"privacy_notice.{name}.title"), say(book, f"privacy_notice.{name}.text", **values))
        for name in book.text("privacy_notice.order").split()
    ]
    return {
        "title": say(book, "privacy_notice.title"),
        "lead": say(book, "privacy_notice.lead"),
        "parts": parts,
        "version": say(book, "privacy_notice.version"),
        "contact": contact(),
    }
