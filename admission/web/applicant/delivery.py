"""How letters come: opened here, or on paper. The answer of the application, which can be changed at any time."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admission.cases.models import Case
from admission.casework import applications
from admission.ground.db import db
from admission.people.roles import Role
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.following import knows
from admission.web.applicant.questions import question_form
from admission.web.applicant.surroundings import book_of, contact, done_before, say
from admission.web.entries import keeps_entries

QUESTION = "portal_consent"
TEMPLATE = "applicant/zustellung.html"


def form_of(case: Case) -> Any:
    """The question as the application asked it, with the answer that holds."""
    book = book_of(case)
    return question_form(book, book.question(QUESTION), case.portal_consent, case.revision)


def page_of(case: Case) -> dict[str, Any]:
    """What the question says."""
    return {"case": case, "help": say(book_of(case), f"question.{QUESTION}.help"), "contact": contact(case)}


@bp.get("/antrag/<number>/zustellung")
@access(Role.APPLICANT, case="number")
def delivery(case: Case) -> ResponseReturnValue:
    """Ask the question once more."""
    if not knows(case, book_of(case), "choose_delivery"):
        return redirect(url_for(".status", number=case.number), 303)
    return render_template(TEMPLATE, form=form_of(case), **page_of(case))


@bp.post("/antrag/<number>/zustellung")
@access(Role.APPLICANT, case="number")
@keeps_entries(TEMPLATE, form_of, page_of)
def choose_delivery(case: Case, form: Any) -> ResponseReturnValue:
    """Take the answer: it holds for the next letter, and for one that waits unopened."""
    back = redirect(url_for(".status", number=case.number), 303)
    if done_before(form) or form.value is case.portal_consent:
        return back
    by = acting(case, ("applicant",))
    applications.choose_delivery(db.session(), case, book_of(case), form.value, by=by, command=form.command)
    db.session.commit()
    return back
