"""Signing in by mail: a link and a six-digit code, either is enough; opening the link consumes nothing."""

from datetime import datetime
from email.utils import parseaddr

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admission.ground import clock
from admission.ground.db import db, writing
from admission.people import entering, rules
from admission.web import page
from admission.web.access import access, safe_next
from admission.web.account import bp
from admission.web.account.forms import AddressForm, CodeForm, LinkForm
from admission.web.account.keeping import ASKED, come_in, device, known_device, network


@bp.get("/anmelden")
@access(public=True)
def sign_in() -> ResponseReturnValue:
    """Ask for the address."""
    form = AddressForm()
    form.next_path.data = safe_next(request.args.get("weiter"), "")
    return render_template("account/anmelden.html", form=form)


@bp.post("/anmelden")
@access(public=True)
def ask() -> ResponseReturnValue:
    """Queue a mail to the address, whoever it belongs to, and ask for the code."""
    form = AddressForm()
    if not form.validate():
        return render_template("account/anmelden.html", form=form), 422
    try:
        address = rules.address(form.address.data or "")
    except ValueError:
        form.refuse({"address": [gettext("Please give an e-mail address like name@example.org.")]})
        return render_template("account/anmelden.html", form=form), 422
    writing()
    asked = entering.ask_for_sign_in(
        address,
        network=network(),
        language=page.language(),
        next_path=safe_next(form.next_path.data, "") or None,
        device=known_device(),
    )
    db.session.commit()
    session[ASKED] = {"browser": asked.browser, "address": address, "at": clock.now().isoformat()}
    return redirect(url_for("account.code"), 303)


@bp.get("/anmelden/code")
@access(public=True)
def code() -> ResponseReturnValue:
    """The code of the mail."""
    if "address" not in session.get(ASKED, {}):
        return redirect(url_for("account.sign_in"), 303)
    return _code_page(CodeForm(), session[ASKED])


@bp.post("/anmelden/code")
@access(public=True)
def redeem_code() -> ResponseReturnValue:
    """Come in by the code; a wrong one counts, five are the end of it."""
    asked = session.get(ASKED, {})
    if "address" not in asked:  # nothing was asked for, or a password was right and its code is asked for elsewhere
        return redirect(url_for("account.sign_in"), 303)
    form = CodeForm()
    if form.validate():
        writing()
        entered = entering.redeem_code(asked["browser"], form.code.data or "", device=device())
        if entered is not None:
            return come_in(entered.account, entered.token, entered.next_path)
        db.session.commit()
        form.refuse(
            {"code": [gettext("This code does not fit, or its ten minutes are over. Please ask for a new e-mail.")]}
        )
    return _code_page(form, asked), 422


@bp.get("/anmelden/link")
@access(public=True)
def link() -> ResponseReturnValue:
    """The page behind the mailed link: one button. Scanners open links, so nothing is consumed here."""
    form = LinkForm()
    form.token.data = request.args.get("t", "")[:100]
    return render_template("account/link.html", form=form)


@bp.post("/anmelden/link")
@access(public=True)
def redeem_link() -> ResponseReturnValue:
    """Come in by the link."""
    form = LinkForm()
    writing()
    entered = entering.redeem_link(form.token.data or "", device=device()) if form.validate() else None
    if entered is None:
        db.session.commit()
        return render_template("account/link.html", form=form, over=True), 422
    return come_in(entered.account, entered.token, entered.next_path)


def _code_page(form: CodeForm, asked: dict[str, str]) -> str:
    until = datetime.fromisoformat(asked["at"]) + rules.CODE_LIFE
    _, sender = parseaddr(current_app.config.get("MAIL_DEFAULT_SENDER") or "")
    return render_template("account/code.html", form=form, asked=asked, until=until, sender=sender)
