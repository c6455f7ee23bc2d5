"""Joining by invitation, and coming back after a lost factor: name, password, the first code of the app."""

from io import BytesIO

import segno
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from admission.ground.db import db, writing
from admission.people import actions, factors, passwords, rules
from admission.people.queries import OpenInvitation, OpenReset, invitation_of, reset_of
from admission.web import page
from admission.web.access import access
from admission.web.account import bp
from admission.web.account.forms import JoinForm
from admission.web.account.keeping import come_in, device


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
    if errors := _faults(form, found.address, needs_password=found.by_password, needs_name=True):
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
        form.refuse({"code": [_wrong_code()]})
        return _page("account/einladung.html", form, found), 422
    if joined.recovery_codes:
        db.session.commit()
        return _codes(joined.recovery_codes)
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
    if errors := _faults(form, found.address, needs_password=found.password_too, needs_name=False):
        form.refuse(errors)
        return _page("account/zugang.html", form, found), 422
    if not found.password_too and not passwords.fits(form.password.data or "", found.password_hash):
        form.refuse({"password": [gettext("Address and password do not fit together.")]})
        return _page("account/zugang.html", form, found), 422
    fresh = passwords.hashed(form.password.data or "") if found.password_too else None
    writing()
    joined = factors.finish_reset(form.token.data or "", form.code.data or "", password_hash=fresh, device=device())
    if joined is None:
        db.session.rollback()
        form.refuse({"code": [_wrong_code()]})
        return _page("account/zugang.html", form, found), 422
    db.session.commit()
    return _codes(joined.recovery_codes)


def _faults(form: JoinForm, address: str, *, needs_password: bool, needs_name: bool) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if needs_name and not (form.name.data or "").strip():
        errors["name"] = [gettext("Please give your name.")]
    if needs_password:
        words = {address, form.name.data or ""}
        faults = rules.password_faults(form.password.data or "", words, passwords.common())
        if faults:
            errors["password"] = [
                gettext("Please choose a longer password that nobody tries first: a sentence of four words is good.")
            ]
    return errors


def _wrong_code() -> str:
    return str(gettext("This code does not fit. Wait for the next one in your app and check the clock of your phone."))


def _page(template: str, form: JoinForm, found: OpenInvitation | OpenReset | None) -> str:
    return render_template(template, form=form, found=found, qr=_qr(found))


def _codes(codes: tuple[str, ...]) -> str:
    """The recovery codes, shown once; then the person signs in for the first time."""
    return render_template("account/codes.html", codes=codes)


def _qr(found: OpenInvitation | OpenReset | None) -> Markup | None:
    if found is None or not found.factor:
        return None
    city = page.current_page().city
    out = BytesIO()
    link = factors.uri(found.factor, found.address, city.network if city else "Netzwerk MSO")
    segno.make(link, error="m").save(
        out, kind="svg", scale=4, xmldecl=False, svgns=True, title="QR-Code", omitsize=False, nl=False
    )
    return Markup(out.getvalue().decode())  # noqa: S704  made by the library from our own text
