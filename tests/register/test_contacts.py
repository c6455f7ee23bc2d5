"""The contacts of an organisation: who may be written to, and what remains of whoever may not."""

from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations.actions import found
from admission.register.contacts import (
    Way,
    add,
    blank,
    contacts_of,
    end,
    is_personal,
    may_be_used,
    may_be_written_to,
    object_to,
    trace,
)
from admission.register.models import Contact


def organisation():
    writing()
    made = found(db.session(), "Chor Kieselstein").id
    db.session.commit()
    writing()
    return made


def kept(*ways: Way) -> list[Contact]:
    ids = add(db.session(), ways)
    return [db.session.get_one(Contact, id_) for id_ in ids]


def test_nobody_is_written_to_without_a_basis_and_nobody_who_objected(sqlite_app):
    (mail,) = kept(Way(organisation(), "mail", "chor@kieselstein.example", person="Nuno Alves"))
    assert not may_be_written_to(mail)

    may_be_used(mail, "public")
    assert may_be_written_to(mail)

    object_to(mail)
    assert not may_be_written_to(mail)
    assert mail.basis is None


def test_a_phone_number_is_no_address(sqlite_app):
    (phone,) = kept(Way(organisation(), "phone", "0221 4710-163", basis="public"))

    assert not may_be_written_to(phone)


def test_of_a_blanked_contact_remains_what_finds_the_organisation_again(app):
    of = organisation()
    (phone,) = kept(Way(of, "phone", "0221 4710-163", person="Nuno Alves"))
    blank(phone)
    db.session.commit()

    row = db.session.scalars(select(Contact)).one()
    assert (row.value, row.person, row.basis) == (None, None, None)
    assert row.trace == trace("phone", "02214710163")


def test_what_ended_is_not_shown_among_the_contacts(sqlite_app):
    of = organisation()
    old, new = kept(Way(of, "phone", "0221 4710-163"), Way(of, "phone", "0221 4710-164"))
    end(old)

    assert contacts_of(db.session(), [of])[of] == [new]
    assert old.ended_at == clock.now()


def test_a_mailbox_of_a_role_is_nobodys_own():
    assert not is_personal("mail", "info@kieselstein.example", None)
    assert is_personal("mail", "nuno.alves@kieselstein.example", None)
    assert is_personal("mail", "info@kieselstein.example", "Nuno Alves")
    assert not is_personal("phone", "0221 4710-163", None)
