"""Invitations of the council: a member writes, the secretariat enters who approved, the house delivers.

No page here holds an address. Names stand only where an organisation shows its name to everybody or to the council.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admission.casework import inviting
from admission.casework.inviting import Found
from admission.correspondence import actions, queries, rules
from admission.correspondence.models import Invitation
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.people.roles import Role
from admission.web import inviting as shared
from admission.web.access import access
from admission.web.council import bp
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, PublicForm
from admission.web.inviting import ApprovalForm, InvitationForm, seen_form

LATER = "pause"
FEWEST = 3
"""Reasons are counted from so many organisations on: fewer could be told apart."""


def writing_page(organisation_invitation: Invitation | None = None, **_: Any) -> dict[str, Any]:
    """Who is reached, in numbers; what was invited to before."""
    session = db.session()
    chosen = shared.choice_now(organisation_invitation)
    found = inviting.look_for(session, shared.sets(), chosen)
    named = shared.names_for(rules.COUNCIL, [one.id for one in found])
    return {
        "invitation": organisation_invitation,
        "offer": shared.offer(chosen),
        "counts": shared.counts(found),
        "why_not": reasons([one.reach.why_not for one in found if one.reach.way == rules.NONE]),
        "named": len(named),
        "earlier": _seen(queries.listed(session, rules.COUNCIL)),
        "words": shared,
    }


@bp.get("/einladungen")
@access(Role.COUNCIL, Role.SECRETARIAT)
def invitations() -> str:
    """Choose, write, and what became of earlier ones."""
    return render_template("council/einladungen.html", form=shared.form_for(), **writing_page())


@bp.post("/einladungen")
@access(Role.COUNCIL, Role.SECRETARIAT)
@keeps_entries("council/einladungen.html", lambda **_: shared.form_for(), writing_page)
def write_invitation(form: InvitationForm) -> ResponseReturnValue:
    """Keep it, and give it to the secretariat unless it shall only be kept."""
    row = actions.write(db.session(), rules.COUNCIL, form.written(), by=g.person.id)
    if request.form.get("danach") != LATER:
        actions.hand_over(db.session(), row)
    return _done(row)


@bp.get("/einladungen/<uuid:invitation_id>/aendern")
@access(Role.COUNCIL, Role.SECRETARIAT, organisation_invitation="invitation_id")
def ask_to_change_invitation(organisation_invitation: Invitation) -> str:
    """Choose and write anew."""
    if organisation_invitation.sent_at is not None:
        raise NotFound
    form = shared.form_for(organisation_invitation)
    return render_template("council/einladungen.html", form=form, **writing_page(organisation_invitation))


@bp.post("/einladungen/<uuid:invitation_id>/aendern")
@access(Role.COUNCIL, Role.SECRETARIAT, organisation_invitation="invitation_id")
@keeps_entries(
    "council/einladungen.html",
    lambda organisation_invitation: shared.form_for(organisation_invitation),
    writing_page,
)
def change_invitation(organisation_invitation: Invitation, form: InvitationForm) -> ResponseReturnValue:
    """Keep what was changed, and give it to the secretariat unless it shall only be kept."""
    row = organisation_invitation
    actions.check_seen(row, form.command.seen)
    actions.change(db.session(), row, form.written())
    if request.form.get("danach") != LATER:
        actions.hand_over(db.session(), row)
    return _done(row)


def invitation_page(organisation_invitation: Invitation, **_: Any) -> dict[str, Any]:
    """One invitation: the preview before it is sent, then what became of it for each that may be named."""
    session, row = db.session(), organisation_invitation
    page: dict[str, Any] = {
        "invitation": row,
        "texts": queries.texts(session, row.id),
        "offer": shared.offer(inviting.choice_of(row)),
        "words": shared,
        "secretariat": Role.SECRETARIAT in g.person.roles,
    }
    if row.sent_at is None:
        found = inviting.look_for(session, shared.sets(), inviting.choice_of(row))
        return page | {"counts": shared.counts(found), "previews": shared.previews(row, _named(found))}
    lines = queries.lines(session, row.id)
    named = named_lines(row)
    return page | {
        "lines": named,
        "unnamed": len(lines) - len(named),
        "numbers": shared.by_answer(lines),
        "why_not": reasons([one.recipient.why_not for one in lines if one.delivery == "none"]),
    }


@bp.get("/einladungen/<uuid:invitation_id>")
@access(Role.COUNCIL, Role.SECRETARIAT, organisation_invitation="invitation_id")
def one_invitation(organisation_invitation: Invitation) -> str:
    """One invitation."""
    form = ApprovalForm(seen=organisation_invitation.revision)
    return render_template("council/einladung.html", form=form, **invitation_page(organisation_invitation))


@bp.post("/einladungen/<uuid:invitation_id>/vorlegen")
@access(Role.COUNCIL, Role.SECRETARIAT, organisation_invitation="invitation_id")
@keeps_entries("council/einladung.html", seen_form(CommandForm), invitation_page)
def hand_invitation_over(organisation_invitation: Invitation, form: CommandForm) -> ResponseReturnValue:
    """Give it to the secretariat."""
    actions.check_seen(organisation_invitation, form.command.seen)
    actions.hand_over(db.session(), organisation_invitation)
    return _done(organisation_invitation)


@bp.post("/einladungen/<uuid:invitation_id>/freigeben")
@access(Role.SECRETARIAT, organisation_invitation="invitation_id")
@keeps_entries("council/einladung.html", seen_form(ApprovalForm), invitation_page)
def approve_invitation(organisation_invitation: Invitation, form: ApprovalForm) -> ResponseReturnValue:
    """Enter who approved, and send it to everybody who is reached."""
    row = organisation_invitation
    actions.check_seen(row, form.command.seen)
    inviting.send(
        db.session(), row, shared.sets(), shared.book(), by=g.person.id, role=Role.SECRETARIAT,
        approved_by=form.approved_by.data or "", approved_on=form.approved_on.data,
    )  # fmt: skip
    return _done(row)


@bp.get("/einladungen/<uuid:invitation_id>/teilnahme")
@access(Role.COUNCIL, Role.SECRETARIAT, organisation_invitation="invitation_id")
def ask_who_was_there(organisation_invitation: Invitation) -> str:
    """A number for each organisation that may be named."""
    page = attendance_page(organisation_invitation)
    return render_template("council/einladung-teilnahme.html", form=shared.attendance_form(page["lines"]), **page)


@bp.post("/einladungen/<uuid:invitation_id>/teilnahme")
@access(Role.COUNCIL, Role.SECRETARIAT, organisation_invitation="invitation_id")
@keeps_entries(
    "council/einladung-teilnahme.html",
    lambda organisation_invitation: shared.attendance_form(named_lines(organisation_invitation)),
    lambda organisation_invitation: attendance_page(organisation_invitation),
)
def record_who_was_there(organisation_invitation: Invitation, form: PublicForm) -> ResponseReturnValue:
    """Keep the numbers; those of organisations that are not named are the office's to record."""
    row = organisation_invitation
    there = shared.attended(form, named_lines(row))
    actions.attended(db.session(), row, there, by=g.person.id, role=str(g.role))
    return _done(row)


def attendance_page(row: Invitation) -> dict[str, Any]:
    """The invitation and those of its recipients that may be named."""
    if row.sent_at is None:
        raise NotFound
    subject = queries.texts(db.session(), row.id)[rules.GERMAN].subject
    return {"invitation": row, "subject": subject, "lines": named_lines(row), "words": shared}


def named_lines(row: Invitation) -> list[queries.Line]:
    """The recipients whose names the council may read."""
    lines = queries.lines(db.session(), row.id)
    named = shared.names_for(rules.COUNCIL, [one.recipient.organisation_id for one in lines])
    return [one for one in lines if one.recipient.organisation_id in named]


def reasons(codes: Sequence[str]) -> list[tuple[int | None, str]]:
    """(how many, why not reached); None: fewer than three."""
    counted = Counter(codes)
    return [
        (number if number >= FEWEST else None, str(words))
        for code, words in shared.WHY_NOT.items()
        if (number := counted[code])
    ]


def _named(found: Sequence[Found]) -> list[Found]:
    """Those whose names may stand in an example."""
    named = shared.names_for(rules.COUNCIL, [one.id for one in found])
    return [one for one in found if one.id in named]


def _seen(rows: Sequence[queries.Counted]) -> list[queries.Counted]:
    """What is not sent yet is seen by its author and the secretariat alone."""
    all_of_them = Role.SECRETARIAT in g.person.roles
    return [row for row in rows if row.invitation.sent_at or all_of_them or row.invitation.made_by == g.person.id]


def _done(row: Invitation) -> ResponseReturnValue:
    address = url_for(".one_invitation", invitation_id=row.id)
    db.session.commit()
    return redirect(address, 303)
