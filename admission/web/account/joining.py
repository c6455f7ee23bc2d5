"""Joining by invitation, and coming back after a lost factor: name, password, the first code of the app."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from admission.ground.db import db, writing
from admission.people import actions, entering, factors, limits, passwords
from admission.people.factors import Joined
from admission.people.queries import OpenInvitation, OpenReset, invitation_of, reset_of
from admission.web.access import access
from admission.web.account import bp
from admission.web.account.forms import JoinForm
from admission.web.account.keeping import come_in, device, home_of, keep_signed_in, known_device, network
from admission.web.account.wording import password_sentences, picture, wrong_first_code


@bp.get("/einladung")
@access(public=True)
def invitation() -> ResponseReturnValue:
    """The page behind an invitation's link."""
    token = request.args.get("t", "")[:100]
    found = invitation_of(token)
    form = JoinForm()
    form.token.data = token
    if found is not None:
        form.name.data = found.name
    return _page("account/einladung.html", form, found)


@bp.post("/einladung")
@access(public=True)
def accept() -> ResponseReturnValue:
    """Join; roles of the office need a good password and the first code of the app."""
    form = JoinForm()
    found = invitation_of(form.token.data or "")
    db.session.rollback()
    if found is None or not form.validate():
        return _page("account/einladung.html", form, found), 422
    if errors := _faults(
        form, (found.address, form.name.data or ""), needs_password=found.by_password, needs_name=True
    ):
        form.refuse(errors)
        return _page("account/einladung.html", form, found), 422
    password_hash = passwords.hashed(form.password.data or "") if found.by_password else None
    writing()
    joined = actions.accept_invitation(
        form.token.data or "",
        form.name.data or "",
        device=device(),
        password_hash=password_hash,
        code=form.code.data or "",
    )
    if joined is None:
        db.session.rollback()
        form.refuse({"code": [wrong_first_code()]})
        return _page("account/einladung.html", form, found), 422
    if joined.recovery_codes:
        return _codes(joined)
    return come_in(joined.account, joined.token, None)


@bp.get("/zugang")
@access(public=True)
def reset() -> ResponseReturnValue:
    """The page behind the link of a reset that a second person confirmed."""
    form = JoinForm()
    form.token.data = request.args.get("t", "")[:100]
    return _page("account/zugang.html", form, reset_of(form.token.data))


@bp.post("/zugang")
@access(public=True)
def finish_reset() -> ResponseReturnValue:
    """A new app, and where it was lost as well a new password."""
    form = JoinForm()
    found = reset_of(form.token.data or "")
    db.session.rollback()
    if found is None or not form.validate():
        return _page("account/zugang.html", form, found), 422
    if errors := _faults(form, (found.address, found.name), needs_password=found.password_too, needs_name=False):
        form.refuse(errors)
        return _page("account/zugang.html", form, found), 422
    knocks = []
    if not found.password_too:  # a stolen link is no place to try passwords at leisure
        writing()
        knocks = entering.knock(found.address, network=network(), device=known_device())
        db.session.commit()
        if not passwords.fits(form.password.data or "", found.password_hash):
            form.refuse({"password": [gettext("This is not the password of this account.")]})
            return _page("account/zugang.html", form, found), 422
    fresh = passwords.hashed(form.password.data or "") if found.password_too else None
    writing()
    joined = factors.finish_reset(form.token.data or "", form.code.data or "", password_hash=fresh, device=device())
    if joined is None:
        db.session.rollback()
        form.refuse({"code": [wrong_first_code()]})
        return _page("account/zugang.html", form, found), 422
    limits.forgive(knocks)
    return _codes(joined)


def _faults(form: JoinForm, own: tuple[str, str], *, needs_password: bool, needs_name: bool) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if needs_name and not (form.name.data or "").strip():
        errors["name"] = [gettext("Please give your name.")]
    if needs_password and (sentences := password_sentences(form.password.data or "", own)):
        errors["password"] = sentences
    return errors


def _page(template: str, form: JoinForm, found: OpenInvitation | OpenReset | None) -> Response:
    if isinstance(found, OpenReset) and not found.password_too:
        form.password.label.text = gettext("Your present password")
        form.password.render_kw = {"autocomplete": "current-password"}
    answer = make_response(render_template(template, form=form, found=found, qr=_qr(found)))
    answer.headers["Cache-Control"] = "no-store"  # it shows the secret of a second factor
    return answer


def _codes(joined: Joined) -> Response:
    """The recovery codes, shown this once; the person is signed in."""
    page = render_template("account/codes.html", codes=joined.recovery_codes, home=home_of(joined.account))
    return keep_signed_in(make_response(page), joined.account, joined.token)


def _qr(found: OpenInvitation | OpenReset | None) -> Markup | None:
    return picture(found.factor, found.address) if found is not None and found.factor else None
