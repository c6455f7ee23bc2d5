"""Inviting, joining, roles, leaving, and a lost factor."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.mail import Mail, values_of
from admission.people import actions, factors, queries
from admission.people.models import Account, FactorReset, RoleGrant
from admission.people.roles import Role
from tests.people.cast import (
    DEVICE,
    NOON,
    PASSWORD_HASH,
    app_code,
    applicant,
    code_of,
    entries,
    invitation_factor,
    link_token,
    member_of_staff,
)
from tests.people.test_mailed_code import at_once

MAREIKE = "mareike@musterfeld.example"


def invites(admin, roles=(Role.APPROVER,), **more):
    writing()
    invited = actions.invite(MAREIKE, "Mareike Tannwald", roles, by=admin, **more)
    db.session.commit()
    return invited


def accepts(invited, name="Mareike Tannwald", code=None):
    writing()
    code = code or code_of(invitation_factor(invited.id))
    joined = actions.accept_invitation(invited.token, name, device=DEVICE, password_hash=PASSWORD_HASH, code=code)
    db.session.commit()
    return joined


def reasons(act) -> list[str]:
    writing()
    with pytest.raises(Refused) as refused:
        act()
    db.session.rollback()
    return [reason.code for reason in refused.value.reasons]


def test_an_invited_person_joins_with_name_password_and_app(app):
    invited = invites(member_of_staff("Anna Amt", Role.ADMIN))
    assert queries.account_at(MAREIKE) is None
    assert [row.name for row in queries.invited()] == ["Mareike Tannwald"]

    joined = accepts(invited, "Mareike von Tannwald")

    person = queries.person_of_session(joined.token)
    assert (person.name, person.roles) == ("Mareike von Tannwald", {Role.APPROVER})
    assert len(joined.recovery_codes) == 10
    assert queries.invited() == []
    assert accepts(invited) is None


def test_a_wrong_first_code_leaves_the_invitation_open(app):
    invited = invites(member_of_staff("Anna Amt", Role.ADMIN))
    assert accepts(invited, code="000000") is None
    assert accepts(invited) is not None


def test_an_invitation_lives_two_weeks_and_until_it_is_sent_again_or_withdrawn(app):
    admin = member_of_staff("Anna Amt", Role.ADMIN)
    first = invites(admin)
    with clock.at(NOON + timedelta(days=14)):
        assert queries.invitation_of(first.token) is None
        writing()
        second = actions.invite_again(first.id, by=admin)
        db.session.commit()
        assert queries.invitation_of(second.token).roles == (Role.APPROVER,)
        writing()
        actions.withdraw_invitation(second.id, by=admin)
        db.session.commit()
        assert queries.invitation_of(second.token) is None


def test_an_applicant_who_joins_the_office_comes_by_password_from_then_on(app):
    account = applicant(MAREIKE)
    joined = accepts(invites(member_of_staff("Anna Amt", Role.ADMIN)))
    assert joined.account == account
    assert queries.roles_of(account) == {Role.APPLICANT, Role.APPROVER}


def test_a_member_of_staff_is_given_a_role_not_invited_again(app):
    admin = member_of_staff("Anna Amt", Role.ADMIN)
    accepts(invites(admin))
    assert reasons(lambda: actions.invite(MAREIKE, "M", [Role.ADMIN], by=admin)) == ["account.exists"]


def test_what_is_recorded_holds_role_codes_and_pseudonyms_alone(app):
    admin = member_of_staff("Anna Amt", Role.ADMIN)
    account = accepts(invites(admin)).account
    writing()
    actions.grant_role(account, Role.SECRETARIAT, by=admin)
    actions.withdraw_role(account, Role.SECRETARIAT, by=admin)
    actions.deactivate(account, by=admin)
    actions.reactivate(account, by=admin)
    db.session.commit()

    bodies = [json.loads(body) for body in entries()]
    assert [body["data"]["change"] for body in bodies] == [
        "invited", "joined", "invited", "joined", "role_granted", "role_withdrawn", "deactivated", "reactivated",
    ]  # fmt: skip
    assert {body["type"] for body in bodies} == {"account.changed"}
    assert bodies[0]["actor"] == bodies[0]["role"] == "system"
    assert bodies[3]["actor"] == bodies[3]["data"]["account"] == bodies[4]["data"]["account"]
    assert bodies[4]["data"]["roles"] == ["secretariat"]
    for secret in ("Mareike", "mareike", "Anna", "musterfeld", str(account), str(admin)):
        assert secret not in "".join(entries())


def test_the_last_admin_cannot_go(app):
    admin = member_of_staff("Anna Amt", Role.ADMIN, Role.CASEWORKER)
    assert reasons(lambda: actions.deactivate(admin, by=admin)) == ["last_admin"]
    assert reasons(lambda: actions.withdraw_role(admin, Role.ADMIN, by=admin)) == ["last_admin"]
    writing()
    actions.withdraw_role(admin, Role.CASEWORKER, by=admin)
    db.session.commit()

    second = member_of_staff("Bela Burg", Role.ADMIN)
    writing()
    actions.deactivate(admin, by=second)
    db.session.commit()
    assert reasons(lambda: actions.deactivate(second, by=second)) == ["last_admin"]


def test_two_admins_do_not_close_each_other(app):
    anna, bela = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Bela Burg", Role.ADMIN)

    def closes(account, by):
        try:
            actions.deactivate(account, by=by)
            return True
        except (Refused, NotFound):
            db.session.rollback()
            return False

    done = at_once(app, [lambda: closes(anna, bela), lambda: closes(bela, anna)])

    assert sorted(done) == [False, True]
    assert len(queries.people_with(Role.ADMIN)) == 1


def test_a_closed_account_opens_no_door_and_reaches_nobody(app):
    admin, account = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    assert queries.reachable(account) == ("jorinde@musterfeld.example", "Jorinde Falk", "de")
    writing()
    actions.deactivate(account, by=admin)
    db.session.commit()
    assert queries.credential("jorinde@musterfeld.example").password_hash is None
    assert queries.reachable(account) is None
    assert queries.roles_of(account) == frozenset()
    assert reasons(lambda: actions.grant_role(account, Role.ADMIN, by=admin)) == ["account.deactivated"]


def test_roles_are_given_once_with_an_end_where_they_are_lent(app):
    admin, account = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    give = actions.grant_role
    assert reasons(lambda: give(account, Role.CASEWORKER, by=admin)) == ["role.held"]
    assert reasons(lambda: give(account, Role.EXTERNAL_REVIEWER, by=admin)) == ["grant.needs_end"]
    assert reasons(lambda: give(account, Role.SYSTEM, by=admin)) == ["grant.not_given"]
    assert reasons(lambda: give(applicant(), Role.CASEWORKER, by=admin)) == ["account.without_password"]
    writing()
    with pytest.raises(NotFound):
        actions.withdraw_role(account, Role.APPROVER, by=admin)


def test_the_database_refuses_an_external_reviewer_without_an_end(app):
    account = applicant()
    writing()
    db.session.add(RoleGrant(account_id=account, role="external_reviewer", from_at=NOON))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_staffing_counts_people_who_can_sign_in_now(app):
    anna = member_of_staff("Anna Amt", Role.ADMIN, Role.CASEWORKER)
    bela = member_of_staff("Bela Burg", Role.APPROVER)
    ruth = member_of_staff("Ruth Extern", Role.EXTERNAL_REVIEWER, until=NOON + timedelta(days=1))
    invites(anna)

    now = queries.staffing()
    assert (now["caseworker"], now["approver"], now["external_reviewer"]) == ({anna}, {bela}, {ruth})
    with clock.at(NOON + timedelta(days=1)):
        assert queries.staffing()["external_reviewer"] == frozenset()
    assert [row.name for row in queries.staff()] == ["Anna Amt", "Bela Burg", "Ruth Extern"]


def asks_for_reset(account, by, password_too=False):
    writing()
    reset = factors.ask_for_reset(account, by=by, password_too=password_too)
    db.session.commit()
    return reset


def confirms(reset, by):
    writing()
    factors.confirm_reset(reset, by=by)
    db.session.commit()
    return link_token(values_of(db.session.scalar(select(Mail).where(Mail.key == f"factor_reset:{reset}"))))


def finishes(token, code, password_hash=None):
    writing()
    joined = factors.finish_reset(token, code, password_hash=password_hash, device=DEVICE)
    db.session.commit()
    return joined


def test_a_lost_factor_is_reset_by_a_second_person(app):
    anna, jorinde = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    old = app_code(jorinde)
    reset = asks_for_reset(jorinde, by=jorinde)
    assert [(row.name, row.confirmed) for row in queries.open_resets()] == [("Jorinde Falk", False)]
    assert db.session.get_one(Account, jorinde).factor is not None

    token = confirms(reset, by=anna)

    assert db.session.get_one(Account, jorinde).factor is None
    assert queries.open_sessions(jorinde) == []
    assert finishes(token, old) is None
    joined = finishes(token, code_of(queries.reset_of(token).factor))
    assert queries.person_of_session(joined.token).name == "Jorinde Falk"
    assert len(joined.recovery_codes) == 10
    assert finishes(token, code_of(factors.new_factor())) is None


def test_nobody_resets_a_factor_alone(app):
    anna, jorinde = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    bela = member_of_staff("Bela Burg", Role.APPROVER)
    own, asked = asks_for_reset(jorinde, by=jorinde), None
    assert reasons(lambda: factors.confirm_reset(own, by=jorinde)) == ["second_person"]
    asked = asks_for_reset(jorinde, by=anna)
    assert reasons(lambda: factors.confirm_reset(asked, by=anna)) == ["second_person"]
    assert reasons(lambda: factors.confirm_reset(asked, by=jorinde)) == ["second_person"]
    writing()
    with pytest.raises(NotFound):
        factors.confirm_reset(own, by=anna)  # the later request replaced it
    assert confirms(asked, by=bela)
    writing()
    with pytest.raises(NotFound):
        factors.confirm_reset(asked, by=bela)


def test_the_database_refuses_a_reset_confirmed_by_the_one_who_asked(app):
    anna, jorinde = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    for by in (anna, jorinde):
        reset = asks_for_reset(jorinde, by=anna)
        writing()
        db.session.get_one(FactorReset, reset).confirmed_by = by
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_a_lost_password_is_replaced_with_the_factor(app):
    anna, jorinde = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    bela = member_of_staff("Bela Burg", Role.APPROVER)
    token = confirms(asks_for_reset(jorinde, by=anna, password_too=True), by=bela)
    code = code_of(queries.reset_of(token).factor)
    writing()
    with pytest.raises(ValueError, match="password"):
        factors.finish_reset(token, code, password_hash=None, device=DEVICE)
    assert finishes(token, code, "$argon2id$new") is not None
    assert db.session.get_one(Account, jorinde).password_hash == "$argon2id$new"


def test_a_factor_found_again_is_not_reset(app):
    anna, jorinde = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    reset = asks_for_reset(jorinde, by=jorinde)
    writing()
    factors.drop_reset(reset)
    db.session.commit()
    writing()
    with pytest.raises(NotFound):
        factors.confirm_reset(reset, by=anna)


def test_a_new_app_counts_only_after_its_first_code(app):
    account = member_of_staff("Jorinde Falk")
    with clock.at(NOON + timedelta(minutes=1)):
        writing()
        fresh = factors.begin_factor(account)
        assert factors.confirm_factor(account, app_code(account)) is None
        codes = factors.confirm_factor(account, code_of(fresh))
        db.session.commit()
    assert len(codes) == 10
    assert code_of(fresh) == app_code(account)


def test_refusals_name_the_role(app):
    admin = member_of_staff("Anna Amt", Role.ADMIN)
    writing()
    with pytest.raises(Refused) as refused:
        actions.invite(MAREIKE, "M", [Role.APPROVER, Role.EXTERNAL_REVIEWER], by=admin)
    assert refused.value.reasons == (Reason("grant.needs_end", {"role": "external_reviewer"}),)
