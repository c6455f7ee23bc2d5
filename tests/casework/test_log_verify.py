"""`flask log verify` names what no guard of the database can stop, and ends with 1."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from admission import worker
from admission.cli import COMMANDS
from admission.ground import clock
from admission.ground.db import db, writing
from admission.log.append import append
from admission.log.checks import latest_check
from admission.log.entry import Draft
from tests.casework.way import Way
from tests.log.tampering import change


@pytest.fixture
def says(app):
    """Runs a command; gives its exit code and what it printed."""
    for command in COMMANDS:
        app.cli.add_command(command)

    def run(*arguments: str) -> tuple[int, str]:
        db.session.remove()
        result = app.test_cli_runner().invoke(args=list(arguments))
        return result.exit_code, result.output

    return run


@pytest.fixture
def case(app):
    """A submitted application."""
    way = Way()
    way.submits()
    found = way.case
    db.session.expunge(found)
    return found


def entry(case, **says) -> None:
    """An entry that fits the case's row in every column: revision 2, by nobody that exists."""
    writing()
    draft = Draft("step.admit", "f" * 22, "approver", case=case.id, kind=case.kind, number=case.number)
    draft.edition, draft.revision, draft.from_, draft.to = case.edition, 2, "received", "admitted"
    draft.facts = {"today": date(2026, 11, 24)}
    for name, value in says.items():
        setattr(draft, name, value)
    append(db.session, draft)


def test_of_an_honest_log_it_says_that_all_fits(says, case):
    code, said = says("log", "verify")
    assert code == 0
    assert "2 Einträge" in said and "1 Schritte" in said and said.endswith("Alles passt zusammen.\n")


def test_an_entry_whose_case_was_left_behind_is_named(says, case):
    entry(case)
    db.session.commit()
    code, said = says("log", "verify")
    assert code == 1
    assert f"case {case.id}: stands at received (1), the log at admitted (2)\n" in said


def test_a_forged_entry_that_moved_its_case_is_named(says, case):
    """No trigger stops it and every column fits; the rulebook does not allow it."""
    entry(case)
    moved = text("UPDATE \"case\" SET state = 'admitted', revision = 2 WHERE number = :number")
    db.session.execute(moved, {"number": case.number})
    db.session.commit()
    code, said = says("log", "verify")
    assert (code, said.count("entry ")) == (1, 1)
    assert "entry 2: admit is not what its rulebook allows (step.not_foreseen)\n" in said


def test_the_daily_reading_finds_it_too(case):
    worker.read_log()
    assert latest_check(db.session()).sound
    entry(case)
    moved = text("UPDATE \"case\" SET state = 'admitted', revision = 2 WHERE number = :number")
    db.session.execute(moved, {"number": case.number})
    db.session.commit()
    with clock.at(clock.now() + timedelta(days=1)):
        worker.read_log()
        found = latest_check(db.session())
    assert (found.faults, found.places) == (1, ["entry 2"])


def test_what_an_owner_does_with_the_guards_off_is_named(app, says, case):
    change(app, "DELETE FROM entry WHERE idx = 0", "UPDATE \"case\" SET state = 'refused'")
    code, said = says("log", "verify")
    assert code == 1
    assert "entry 1: stands where entry 0 is expected\n" in said
    assert f"case {case.id}: stands at refused (1), the log at received (1)\n" in said
