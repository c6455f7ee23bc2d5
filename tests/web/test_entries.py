"""A form that is refused comes back with everything that was entered."""

from uuid import uuid4

import pytest
from flask import redirect
from sqlalchemy import func, select

from admission.cases.models import Case
from admission.casework.move import move
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid
from admission.log.models import Entry
from admission.people.roles import Role
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Text
from tests.factories import account, draft, publish
from tests.web.browser import page


class Withdrawal(CommandForm):
    what = Text("Was?", required="Sagen Sie, was.")


@pytest.fixture
def desk(browser, tmp_path):
    """A page that submits a draft, or that finds something wrong itself."""
    made = browser.application
    (tmp_path / "t.html").write_text(
        '{% extends "base.html" %}{% from "components/forms.html" import post_form, trouble, field %}'
        "{% block content %}"
        "{{ trouble(form, reasons, stale) }}<h1>{{ draft.title }}</h1>"
        '{% call post_form("#", form) %}{{ field(form.what) }}{% endcall %}{% endblock %}'
    )
    made.jinja_loader.searchpath.append(str(tmp_path))

    @access(Role.APPLICANT, draft="id")
    @keeps_entries("t.html", Withdrawal)
    def take(draft, form):
        if form.what.data == "falsch":
            raise Invalid({"what": ["Das ist falsch."]})
        move(db.session, draft.id, form.what.data, by=acting(draft), command=form.command)
        db.session.commit()
        return redirect("/", 303)

    made.add_url_rule("/t/<uuid:id>", "t_take", take, methods=["POST"])
    return browser


@pytest.fixture
def case(desk):
    person = account(None, "applicant")
    desk.signs_in(person)
    return draft(publish(), person)


def values(case_id, what, seen=None):
    revision = db.session.scalar(select(Case.revision).where(Case.id == case_id)) if seen is None else seen
    return {"command": str(uuid4()), "seen": str(revision), "what": what}


def test_a_step_is_taken_once_and_leads_on(desk, case):
    sent = values(case, "withdraw")

    assert desk.sends(f"/t/{case}", sent).status_code == 303
    assert desk.sends(f"/t/{case}", sent).status_code == 303
    assert db.session.scalar(select(func.count()).where(Entry.type == "step.withdraw")) == 1


def test_a_form_with_an_error_comes_back_with_its_entries(desk, case):
    answer = desk.sends(f"/t/{case}", values(case, "x" * 301))

    assert answer.status_code == 422
    assert "x" * 301 in answer.get_data(as_text=True)
    assert "Eine Angabe" in page(answer) or "1 Angabe" in page(answer)


def test_what_the_action_finds_stands_at_its_field(desk, case):
    answer = desk.sends(f"/t/{case}", values(case, "falsch"))

    assert answer.status_code == 422
    assert page(answer).count("Das ist falsch.") == 2
    assert 'value="falsch"' in answer.get_data(as_text=True)


def test_a_refused_step_says_every_reason_and_is_recorded_once_an_hour(desk, case):
    sent = values(case, "submit")

    with clock.at(clock.now()):
        answer = desk.sends(f"/t/{case}", sent)
        desk.sends(f"/t/{case}", sent)

    assert answer.status_code == 409
    assert "Die Erklärungen sind noch nicht mit Vor- und Nachnamen bestätigt." in page(answer)
    assert sent["command"] in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).where(Entry.type == "attempt.refused")) == 1


def test_a_stale_form_says_so_and_carries_the_new_revision(desk, case):
    answer = desk.sends(f"/t/{case}", values(case, "withdraw", seen=5))

    assert answer.status_code == 409
    assert "Jemand war schneller. Ihre Eingaben sind noch da." in page(answer)
    assert 'name="seen" type="hidden" value="0"' in answer.get_data(as_text=True)
