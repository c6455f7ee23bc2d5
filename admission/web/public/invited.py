"""An invitation as its recipient reads it: to be answered, or to be the last one, by a mailed link."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.casework import inviting
from admission.correspondence import actions, queries, rules
from admission.correspondence.models import Invitation, Recipient
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.organisations.queries import organisation
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Count, PublicForm, sayable
from admission.web.limits import PUBLIC_FORM, limiter
from admission.web.public import bp

ROLE = "system"
COMING = ((rules.COMES, lazy_gettext("Yes, we come")), (rules.DECLINES, lazy_gettext("No, we cannot come")))


class ReplyForm(PublicForm):
    """Whether they come, and how many."""

    answer = Choice(lazy_gettext("Do you come?"), COMING, required=lazy_gettext("Please say whether you come."))
    people = Count(lazy_gettext("How many of you come?"), most=rules.MOST_PEOPLE)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever comes is at least one; an empty field is asked by no validator of its own."""
        fine = bool(super().validate(extra_validators))
        if self.answer.data == rules.COMES and not self.people.data and not self.people.errors:
            self.people.errors = [gettext("Please say how many of you come.")]
            return False
        return fine


def invited_page(token: str) -> dict[str, Any]:
    """The invitation in the recipient's language, and what was answered so far; raises `NotFound`."""
    one, row = _found(token)
    session = db.session()
    texts = queries.texts(session, row.id)
    return {
        "token": token,
        "one": one,
        "invitation": row,
        "name": organisation(session, one.organisation_id).name,
        "text": texts.get(one.language) or texts[rules.GERMAN],
        "german": texts[rules.GERMAN],
        "asked": row.event_on is not None and row.event_on >= clock.today(),
        "over": row.event_on is not None and row.event_on < clock.today(),
        "wants_none": queries.opted_out(session, [one.organisation_id]).get(one.organisation_id),
    }


@bp.get("/einladung/<token>")
@access(public=True)
def invited(token: str) -> ResponseReturnValue:
    """Read it, and answer; opening answers nothing."""
    page = invited_page(token)
    one = page["one"]
    form = ReplyForm(data={"answer": one.answer, "people": one.people or None})
    return render_template("public/einladung.html", form=form, **page)


@bp.post("/einladung/<token>")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/einladung.html", lambda token: ReplyForm(), invited_page)
def answer_invitation(token: str, form: ReplyForm) -> ResponseReturnValue:
    """Take the answer; the last one counts."""
    one, row = _found(token)
    if row.event_on is None or row.event_on < clock.today():
        raise NotFound
    actions.answer(db.session(), one, (form.people.data or 0) if form.answer.data == rules.COMES else 0)
    db.session.commit()
    return redirect(url_for(".invited", token=token, danke=1), 303)


@bp.get("/einladung/<token>/abmelden")
@access(public=True)
def ask_to_opt_out(token: str) -> ResponseReturnValue:
    """One button; opening the page changes nothing."""
    return render_template("public/einladung-abmelden.html", **invited_page(token))


@bp.post("/einladung/<token>/abmelden")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/einladung-abmelden.html", lambda token: PublicForm(), invited_page)
def opt_out(token: str, form: PublicForm) -> ResponseReturnValue:
    """From now on no invitations; or, on the same page, invitations again."""
    one, _row = _found(token)
    wish = inviting.opt_in if request.form.get("wahl") == "wieder" else inviting.opt_out
    wish(db.session(), one, "link", by=None, role=ROLE)
    db.session.commit()
    return redirect(url_for(".ask_to_opt_out", token=token), 303)


def _found(token: str) -> tuple[Recipient, Invitation]:
    one = queries.of_link(db.session(), token) if sayable(token) else None
    if one is None:
        raise NotFound
    return one, queries.invitation(db.session(), one.invitation_id)
