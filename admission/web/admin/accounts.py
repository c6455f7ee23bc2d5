"""Accounts and roles: who is there, who was invited, what each may do, and what happens when a factor is lost."""

from typing import Any, TypeVar
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from admission.casework import claims
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound, Reason
from admission.people import actions, factors, rules
from admission.people.queries import InvitedRow, ResetRow, StaffRow, invited, open_resets, staff
from admission.people.roles import Role
from admission.web.access import access, loads
from admission.web.admin import bp
from admission.web.admin.words import ABOUT, GIVEN, sign_in_in_words
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Choices, Day, Email, PublicForm, Text, Tick
from admission.web.page import sentence
from admission.web.role_words import ROLES, roles_in_words

UNTIL = lazy_gettext("Last day")
Row = TypeVar("Row", StaffRow, InvitedRow, ResetRow)


class Plain(PublicForm):
    """A form that is nothing but its button."""


class InviteForm(PublicForm):
    """Ask somebody in."""

    name = Text(lazy_gettext("Name"), required=lazy_gettext("Please give the name of the person."), limit=120)
    address = Email(lazy_gettext("E-mail address"), required=lazy_gettext("Please give the person's e-mail address."))
    roles = Choices(
        lazy_gettext("What may this person do?"),
        [(role.value, ROLES[role]) for role in GIVEN],
        required=lazy_gettext("Please choose at least one role."),
    )
    until = Day(UNTIL)

    def validate_address(self, field: Any) -> None:
        """An address that mail can be sent to."""
        try:
            field.data = rules.address(field.data)
        except ValueError:
            raise ValidationError(gettext("Please give an e-mail address like name@example.org.")) from None

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then whether the last day fits the roles: some are lent, one never ends."""
        return super().validate(extra_validators) and _lent_rightly(self, list(self.roles.data or ()))


class GrantForm(PublicForm):
    """Give an account a role."""

    role = Choice(
        lazy_gettext("Which role?"),
        [(role.value, ROLES[role]) for role in GIVEN],
        required=lazy_gettext("Please choose a role."),
    )
    until = Day(UNTIL)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then whether the last day fits the role."""
        return super().validate(extra_validators) and _lent_rightly(self, [self.role.data])


class ResetForm(PublicForm):
    """Say that somebody's second factor is lost."""

    password_too = Tick(lazy_gettext("The password is lost as well"))


@loads("staff")
def load_staff(value: UUID, person: Any, role: Role, *, locked: bool) -> StaffRow:
    """An account that holds or held a role of the city; the actions lock it themselves."""
    return _one(staff(), value)


@loads("invitation")
def load_invitation(value: UUID, person: Any, role: Role, *, locked: bool) -> InvitedRow:
    """An invitation that nobody has accepted yet."""
    return _one(invited(), value)


@loads("reset")
def load_reset(value: UUID, person: Any, role: Role, *, locked: bool) -> ResetRow:
    """A lost factor under way."""
    return _one(open_resets(), value)


@bp.get("/konten")
@access(Role.ADMIN)
def accounts() -> str:
    """Everybody who has or had a role of the city, invitations and lost factors."""
    return render_template("admin/konten.html", form=Plain(), **accounts_page())


def accounts_page(**_objects: Any) -> dict[str, Any]:
    """What the page of accounts shows."""
    return {
        "people": staff(),
        "invitations": invited(),
        "resets": open_resets(),
        "now": clock.now(),
        "roles_in_words": roles_in_words,
        "sign_in": sign_in_in_words,
        "last_day": rules.last_day,
    }


@bp.get("/konten/einladen")
@access(Role.ADMIN)
def invitation() -> str:
    """The form that asks somebody in."""
    return render_template("admin/einladen.html", form=InviteForm(), **invite_page())


def invite_page() -> dict[str, Any]:
    """What the form of an invitation needs."""
    return {"about": ABOUT}


@bp.post("/konten/einladen")
@access(Role.ADMIN)
@keeps_entries("admin/einladen.html", InviteForm, invite_page)
def invite(form: InviteForm) -> ResponseReturnValue:
    """Ask somebody in for these roles, by mail."""
    roles = [Role(role) for role in form.roles.data or ()]
    address, name = str(form.address.data), str(form.name.data)
    actions.invite(address, name, roles, by=g.person.id, until=rules.end_of(form.until.data))
    return _done("admin.accounts")


@bp.post("/einladungen/<uuid:id>/erneut")
@access(Role.ADMIN, invitation="id")
@keeps_entries("admin/konten.html", Plain, accounts_page)
def invite_again(invitation: InvitedRow, form: Plain) -> ResponseReturnValue:
    """Send the same invitation with a new link; the old one opens nothing any more."""
    actions.invite_again(invitation.id, by=g.person.id)
    return _done("admin.accounts")


@bp.post("/einladungen/<uuid:id>/zurueckziehen")
@access(Role.ADMIN, invitation="id")
@keeps_entries("admin/konten.html", Plain, accounts_page)
def withdraw_invitation(invitation: InvitedRow, form: Plain) -> ResponseReturnValue:
    """Its link no longer opens anything."""
    actions.withdraw_invitation(invitation.id, by=g.person.id)
    return _done("admin.accounts")


@bp.get("/konten/<uuid:id>")
@access(Role.ADMIN, staff="id")
def account(staff: StaffRow) -> str:
    """One account: its roles, its sign-in, and what can be changed."""
    return render_template("admin/konto.html", form=GrantForm(), **account_page(staff))


def account_page(staff: StaffRow) -> dict[str, Any]:
    """What the page of one account shows, also when a form of it came back."""
    reset = next((row for row in open_resets() if row.account == staff.id), None)
    return {
        "staff": staff,
        "reset": reset,
        "asked_by_me": reset is not None and reset.asked_by == g.person.id,
        "own": staff.id == g.person.id,
        "titles": ROLES,
        "about": ABOUT,
        "sign_in": sign_in_in_words(staff.has_password, staff.has_factor),
        "last_day": rules.last_day,
        "grant": GrantForm(formdata=None),
        "lost": ResetForm(formdata=None),
    }


@bp.post("/konten/<uuid:id>/rollen")
@access(Role.ADMIN, staff="id")
@keeps_entries("admin/konto.html", GrantForm, account_page)
def grant(staff: StaffRow, form: GrantForm) -> ResponseReturnValue:
    """Give the account one more role."""
    actions.grant_role(staff.id, Role(form.role.data), by=g.person.id, until=rules.end_of(form.until.data))
    return _done("admin.account", id=staff.id)


@bp.post("/konten/<uuid:id>/rollen/<role>/entziehen")
@access(Role.ADMIN, staff="id")
@keeps_entries("admin/konto.html", Plain, lambda staff, role: account_page(staff))
def withdraw(staff: StaffRow, role: str, form: Plain) -> ResponseReturnValue:
    """Take a role away, from the next page on."""
    if role not in {known.value for known in GIVEN}:
        raise NotFound
    claims.withdraw_role(db.session(), staff.id, Role(role), by=g.person.id)
    return _done("admin.account", id=staff.id)


@bp.post("/konten/<uuid:id>/schliessen")
@access(Role.ADMIN, staff="id")
@keeps_entries("admin/konto.html", Plain, account_page)
def deactivate(staff: StaffRow, form: Plain) -> ResponseReturnValue:
    """Close the account; its claims go back to the inbox."""
    claims.deactivate(db.session(), staff.id, by=g.person.id)
    return _done("admin.account", id=staff.id)


@bp.post("/konten/<uuid:id>/oeffnen")
@access(Role.ADMIN, staff="id")
@keeps_entries("admin/konto.html", Plain, account_page)
def reactivate(staff: StaffRow, form: Plain) -> ResponseReturnValue:
    """Open a closed account again, without any role."""
    actions.reactivate(staff.id, by=g.person.id)
    return _done("admin.account", id=staff.id)


@bp.post("/konten/<uuid:id>/zugang")
@access(Role.ADMIN, staff="id")
@keeps_entries("admin/konto.html", ResetForm, account_page)
def ask_for_reset(staff: StaffRow, form: ResetForm) -> ResponseReturnValue:
    """Say that this person's factor is lost; nothing changes until somebody else confirms it."""
    factors.ask_for_reset(staff.id, by=g.person.id, password_too=form.password_too.data)
    return _done("admin.account", id=staff.id)


@bp.post("/zugaenge/<uuid:id>/bestaetigen")
@access(Role.ADMIN, reset="id")
@keeps_entries("admin/konten.html", Plain, accounts_page)
def confirm_reset(reset: ResetRow, form: Plain) -> ResponseReturnValue:
    """The second person confirms: the old factor ends, the person gets a link by mail."""
    factors.confirm_reset(reset.id, by=g.person.id)
    return _done("admin.account", id=reset.account)


@bp.post("/zugaenge/<uuid:id>/verwerfen")
@access(Role.ADMIN, reset="id")
@keeps_entries("admin/konten.html", Plain, accounts_page)
def drop_reset(reset: ResetRow, form: Plain) -> ResponseReturnValue:
    """The factor was found again."""
    factors.drop_reset(reset.id)
    return _done("admin.account", id=reset.account)


def _lent_rightly(form: InviteForm | GrantForm, roles: list[str]) -> bool:
    """Whether these roles may be given until that day; otherwise the day's field says why not."""
    until = rules.end_of(form.until.data)
    faults = {fault for role in roles if (fault := rules.grant_fault(Role(role), until, clock.now()))}
    form.refuse({"until": [sentence(Reason(fault), None) for fault in sorted(faults)]})
    return not faults


def _one(rows: list[Row], value: UUID) -> Row:
    found = next((row for row in rows if row.id == value), None)
    if found is None:
        raise NotFound
    return found


def _done(endpoint: str, **values: Any) -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for(endpoint, **values), 303)
