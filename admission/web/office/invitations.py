"""Invitations at the office's desk: choose, see who is reached and how, write once, send, and what came back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.casework import inviting
from admission.correspondence import actions, queries, rules
from admission.correspondence.models import Invitation, Recipient
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.ground.spreadsheets import csv_bytes
from admission.people.queries import names_of
from admission.web import inviting as shared
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Count, Lines, PublicForm
from admission.web.inviting import InvitationForm, seen_form
from admission.web.office import bp
from admission.web.office.register import PastDay
from admission.web.office.surroundings import STAFF

SHOWN = 300


class PostedForm(PublicForm):
    """Since when the letters are in the post."""

    on = PastDay(lazy_gettext("Posted on"), required=lazy_gettext("Please give the day."))


class ExportForm(PublicForm):
    """What the addresses are taken out for."""

    purpose = Lines(
        lazy_gettext("What are the addresses for?"),
        required=lazy_gettext("Please say what the addresses are for."), limit=500,
    )  # fmt: skip


class AnswerForm(PublicForm):
    """How many come, as they said on the phone or wrote back."""

    people = Count(lazy_gettext("How many come?"), most=rules.MOST_PEOPLE)


FORMS: dict[str, type[PublicForm]] = {"post": PostedForm, "export": ExportForm}


def page_with(which: str) -> Callable[..., dict[str, Any]]:
    """The page of an invitation around one of its forms that came back."""
    return lambda organisation_invitation: invitation_page(organisation_invitation) | {"which": which}


@bp.get("/einladungen")
@access(*STAFF)
def invitations() -> str:
    """The office's own, and what the council sent."""
    rows = [
        row
        for row in queries.listed(db.session())
        if row.invitation.audience == rules.OFFICE or row.invitation.sent_at is not None
    ]
    return render_template("office/einladungen.html", rows=rows, words=shared)


def writing_page(invitation: Invitation | None = None, **_: Any) -> dict[str, Any]:
    """Who is chosen, how each is reached, and the text."""
    chosen = shared.choice_now(invitation)
    found = inviting.look_for(db.session(), shared.sets(), chosen)
    return {
        "invitation": invitation,
        "offer": shared.offer(chosen),
        "counts": shared.counts(found),
        "groups": shared.by_reach(found[:SHOWN]),
        "shown": min(len(found), SHOWN),
        "words": shared,
    }


@bp.get("/einladungen/neu")
@access(*STAFF)
def ask_for_invitation() -> str:
    """Choose, look who is reached, write."""
    return render_template("office/einladung-schreiben.html", form=shared.form_for(), **writing_page())


@bp.post("/einladungen/neu")
@access(*STAFF)
@keeps_entries("office/einladung-schreiben.html", lambda **_: shared.form_for(), writing_page)
def write_invitation(form: InvitationForm) -> ResponseReturnValue:
    """Keep it; nobody is written to yet."""
    row = actions.write(db.session(), rules.OFFICE, form.written(), by=g.person.id)
    return _done(row)


@bp.get("/einladungen/<uuid:invitation_id>/aendern")
@access(*STAFF, organisation_invitation="invitation_id")
def ask_to_change_invitation(organisation_invitation: Invitation) -> str:
    """Choose and write anew."""
    _still(organisation_invitation, "change")
    form = shared.form_for(organisation_invitation)
    return render_template("office/einladung-schreiben.html", form=form, **writing_page(organisation_invitation))


@bp.post("/einladungen/<uuid:invitation_id>/aendern")
@access(*STAFF, organisation_invitation="invitation_id")
@keeps_entries(
    "office/einladung-schreiben.html",
    lambda organisation_invitation: shared.form_for(organisation_invitation),
    lambda organisation_invitation: writing_page(organisation_invitation),
)
def change_invitation(organisation_invitation: Invitation, form: InvitationForm) -> ResponseReturnValue:
    """Keep what was changed."""
    actions.check_seen(organisation_invitation, form.command.seen)
    actions.change(db.session(), organisation_invitation, form.written())
    return _done(organisation_invitation)


def invitation_page(organisation_invitation: Invitation, **_: Any) -> dict[str, Any]:
    """Before it is sent: preview and recipients; afterwards: what became of each."""
    session, row = db.session(), organisation_invitation
    page: dict[str, Any] = {
        "invitation": row,
        "texts": queries.texts(session, row.id),
        "offer": shared.offer(inviting.choice_of(row)),
        "words": shared,
        "forms": {name: form(formdata=None) for name, form in FORMS.items()},
        "answering": AnswerForm(formdata=None),
        "exports": queries.exports(session, row.id),
        "which": "",
    }
    if row.sent_at is None:
        found = inviting.look_for(session, shared.sets(), inviting.choice_of(row))
        return page | {
            "previews": shared.previews(row, found),
            "groups": shared.by_reach(found),
            "counts": shared.counts(found),
        }
    lines = queries.lines(session, row.id)
    return page | {
        "lines": sorted(lines, key=_open_first),
        "numbers": shared.by_answer(lines),
        "names": names_of([one.exported_by for one in page["exports"]] + ([row.sent_by] if row.sent_by else [])),
        "may_stop": row.state == rules.SENT and any(one.delivery == "queued" for one in lines),
        "leaves_at": row.sent_at + rules.GRACE,
        "over": row.event_on is not None and row.event_on <= clock.today(),
    }


@bp.get("/einladungen/<uuid:invitation_id>")
@access(*STAFF, organisation_invitation="invitation_id")
def one_invitation(organisation_invitation: Invitation) -> str:
    """One invitation."""
    form = CommandForm(seen=organisation_invitation.revision)
    return render_template("office/einladung.html", form=form, **invitation_page(organisation_invitation))


@bp.post("/einladungen/<uuid:invitation_id>/senden")
@access(*STAFF, organisation_invitation="invitation_id")
@keeps_entries("office/einladung.html", seen_form(CommandForm), invitation_page)
def send_invitation(organisation_invitation: Invitation, form: CommandForm) -> ResponseReturnValue:
    """Send it to whoever is still ticked; a council's is sent by its secretariat."""
    row = organisation_invitation
    if row.audience != rules.OFFICE:
        raise NotFound
    actions.check_seen(row, form.command.seen)
    found = inviting.look_for(db.session(), shared.sets(), inviting.choice_of(row))
    inviting.send(
        db.session(), row, shared.sets(), shared.book(), by=g.person.id, role=str(g.role), but=shared.left_out(found)
    )
    return _done(row)


@bp.post("/einladungen/<uuid:invitation_id>/anhalten")
@access(*STAFF, organisation_invitation="invitation_id")
@keeps_entries("office/einladung.html", seen_form(CommandForm), invitation_page)
def stop_invitation(organisation_invitation: Invitation, form: CommandForm) -> ResponseReturnValue:
    """What has not left yet stays here."""
    actions.check_seen(organisation_invitation, form.command.seen)
    inviting.stop(db.session(), organisation_invitation, by=g.person.id, role=str(g.role))
    return _done(organisation_invitation)


@bp.get("/einladungen/<uuid:invitation_id>/briefe")
@access(*STAFF, organisation_invitation="invitation_id")
def letters_of_invitation(organisation_invitation: Invitation) -> str:
    """The letters that wait to be posted, a page each."""
    found = inviting.letters(db.session(), organisation_invitation, shared.book())
    text = queries.texts(db.session(), organisation_invitation.id)[rules.GERMAN]
    return render_template(
        "office/einladung-briefe.html", invitation=organisation_invitation, letters=found, subject=text.subject
    )


@bp.post("/einladungen/<uuid:invitation_id>/post")
@access(*STAFF, organisation_invitation="invitation_id")
@keeps_entries("office/einladung.html", lambda **_: PostedForm(), page_with("post"))
def post_invitation(organisation_invitation: Invitation, form: PostedForm) -> ResponseReturnValue:
    """Record that the printed letters are in the post."""
    actions.posted(db.session(), organisation_invitation, form.on.data)
    return _done(organisation_invitation)


@bp.post("/einladungen/<uuid:invitation_id>/adressen")
@access(*STAFF, organisation_invitation="invitation_id")
@keeps_entries("office/einladung.html", lambda **_: ExportForm(), page_with("export"))
def export_addresses(organisation_invitation: Invitation, form: ExportForm) -> ResponseReturnValue:
    """The addresses of whoever may be written to, as CSV; who took them and what for is recorded."""
    row, session = organisation_invitation, db.session()
    if row.audience != rules.OFFICE:
        raise NotFound
    rows = inviting.addresses(session, row, shared.sets())
    actions.note_export(session, row, form.purpose.data or "", len(rows), by=g.person.id, role=str(g.role))
    session.commit()
    head = [gettext("Organisation"), gettext("Person"), gettext("Way"), gettext("Address"), gettext("Why")]
    body = [
        [name, person, str(shared.WAYS[way]), address, str(shared.BASES.get(basis, basis))]
        for name, person, way, address, basis in rows
    ]
    made = Response(csv_bytes([head, *body]), content_type="text/csv; charset=utf-8")
    made.headers.set("Content-Disposition", "attachment", filename="einladung-adressen.csv")
    made.headers["Cache-Control"] = "no-store"
    return made


@bp.post("/einladungen/<uuid:invitation_id>/empfaenger/<uuid:recipient_id>")
@access(*STAFF, organisation_invitation="invitation_id")
@keeps_entries(
    "office/einladung.html",
    lambda organisation_invitation, recipient_id: AnswerForm(),
    lambda organisation_invitation, recipient_id: invitation_page(organisation_invitation),
)
def record_reply(organisation_invitation: Invitation, recipient_id: UUID, form: AnswerForm) -> ResponseReturnValue:
    """Send once more, or record what was said on the phone: they come, they do not, they want no invitations."""
    session, row = db.session(), organisation_invitation
    one = _recipient(row, recipient_id)
    match request.form.get("wahl"):
        case "erneut":
            inviting.send_again(session, row, one, shared.book())
        case "kommt":
            actions.answer(session, one, form.people.data or 1, by=g.person.id)
        case "kommt-nicht":
            actions.answer(session, one, 0, by=g.person.id)
        case "keine":
            inviting.opt_out(session, one, "phone", by=g.person.id, role=str(g.role))
    return _done(row)


@bp.get("/einladungen/<uuid:invitation_id>/teilnahme")
@access(*STAFF, organisation_invitation="invitation_id")
def ask_who_was_there(organisation_invitation: Invitation) -> str:
    """A number for each organisation."""
    page = attendance_page(organisation_invitation)
    return render_template("office/einladung-teilnahme.html", form=shared.attendance_form(page["lines"]), **page)


@bp.post("/einladungen/<uuid:invitation_id>/teilnahme")
@access(*STAFF, organisation_invitation="invitation_id")
@keeps_entries(
    "office/einladung-teilnahme.html",
    lambda organisation_invitation: shared.attendance_form(queries.lines(db.session(), organisation_invitation.id)),
    lambda organisation_invitation: attendance_page(organisation_invitation),
)
def record_who_was_there(organisation_invitation: Invitation, form: PublicForm) -> ResponseReturnValue:
    """Keep the numbers."""
    row = organisation_invitation
    there = shared.attended(form, queries.lines(db.session(), row.id))
    actions.attended(db.session(), row, there, by=g.person.id, role=str(g.role))
    return _done(row)


def attendance_page(row: Invitation) -> dict[str, Any]:
    """The invitation and its recipients."""
    if row.sent_at is None:
        raise NotFound
    text = queries.texts(db.session(), row.id)[rules.GERMAN]
    lines = queries.lines(db.session(), row.id)
    return {"invitation": row, "subject": text.subject, "lines": lines, "words": shared}


def _recipient(row: Invitation, recipient_id: UUID) -> Recipient:
    found = db.session.get(Recipient, recipient_id)
    if found is None or found.invitation_id != row.id:
        raise NotFound
    return found


def _still(row: Invitation, act: str) -> None:
    """A page for something that is over does not exist."""
    if row.audience != rules.OFFICE or rules.why_not(act, row.state, row.audience):
        raise NotFound


def _open_first(line: queries.Line) -> int:
    return ("failed", "to_post", "retried", "queued", "sent", "posted", "stopped", "none").index(line.delivery)


def _done(row: Invitation) -> ResponseReturnValue:
    address = url_for(".one_invitation", invitation_id=row.id)
    db.session.commit()
    return redirect(address, 303)
