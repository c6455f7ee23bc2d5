"""Nothing at the doors tells a known address from an unknown one: not the answer, and not the work behind it (R9)."""

import pytest
from sqlalchemy import event

from admission.ground import clock
from admission.ground.db import db, writing
from admission.people import actions, digests, passwords
from admission.people.roles import Role
from tests import factories
from tests.people.cast import NOON, member_of_staff

VOLUNTEER, CLERK, GONE, NOBODY = (f"{name}@musterfeld.example" for name in ("selin", "jorinde", "gone", "nobody"))
ADDRESSES = (VOLUNTEER, CLERK, GONE, NOBODY)


@pytest.fixture
def door(browser, monkeypatch):
    """Knocks at a door and gives what was done: each statement, each password compared, each digest made."""
    done: list[str] = []
    factories.publish()
    with clock.at(NOON):
        admin = member_of_staff("Anna Amt", Role.ADMIN)
        member_of_staff("Jorinde Falk")
        factories.account(VOLUNTEER, "applicant")
        gone = factories.account(GONE, "applicant")
        writing()
        actions.deactivate(gone, by=admin)
        db.session.commit()
        fits, keyed = passwords.fits, digests.keyed
        monkeypatch.setattr(passwords, "fits", lambda *given: done.append("password") or fits(*given))
        monkeypatch.setattr(digests, "keyed", lambda purpose, *given: done.append(purpose) or keyed(purpose, *given))

        def executed(_connection, _cursor, statement, *_rest):
            done.append(statement.partition("(")[0])  # a mail names an account or an address, in the same statement

        event.listen(db.engine, "before_cursor_execute", executed)

        def knock(path: str, **entries: str) -> tuple[list[str], int, str]:
            done.clear()
            answer = browser.sends(path, entries)
            return list(done), answer.status_code, answer.location or answer.text.replace(entries["address"], "…")

        yield knock


def test_asking_for_a_mail_is_the_same_work_and_the_same_answer_for_every_address(door):
    first, *others = [door("/anmelden", address=address) for address in ADDRESSES]
    assert len(first[0]) > 8 and first[1:] == (303, "/anmelden/code")
    for other in others:
        assert other == first


def test_a_wrong_password_is_the_same_work_and_the_same_answer_for_every_address(door):
    first, *others = [door("/anmelden/buero", address=address, password="falsch, aber lang") for address in ADDRESSES]
    assert first[0].count("password") == 1 and first[1] == 422
    for other in others:
        assert other == first
