"""The office signs in: a password, then the code of an app or a recovery code."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admission.ground.db import db, writing
from admission.ground.errors import Refused
from admission.people import entering, passwords, rules
from admission.people.queries import credential
from admission.web.access import access, safe_next
from admission.web.account import bp
from admission.web.account.forms import FactorForm, PasswordForm
from admission.web.account.keeping import ASKED, come_in, device, known_device, network


@bp.get("/anmelden/buero")
@access(public=True)
def office() -> ResponseReturnValue:
    """Address and password."""
    form = PasswordForm()
    form.next_path.data = safe_next(request.args.get("weiter"), "")
    return render_template("account/buero.html", form=form)


@bp.post("/anmelden/buero")
@access(public=True)
def try_password() -> ResponseReturnValue:
    """The first step; the same answer and the same work whether the address is known or not."""
    form = PasswordForm()
    if not form.validate():
        return render_template("account/buero.html", form=form), 422
    address = _address(form.address.data or "")
    writing()
    knocks = entering.knock(address, network=network(), device=known_device())
    db.session.commit()
    found = credential(address)
    db.session.rollback()
    right = passwords.fits(form.password.data or "", found.password_hash)
    if right and found.account is not None:
        writing()
        try:
            next_path = safe_next(form.next_path.data, "") or None
            browser = entering.password_was_right(found.account, knocks, next_path=next_path)
        except Refused:
            db.session.rollback()
        else:
            db.session.commit()
            session[ASKED] = {"browser": browser}
            return redirect(url_for("account.factor"), 303)
    form.refuse({"password": [gettext("Address and password do not fit together.")]})
    return render_template("account/buero.html", form=form), 422


@bp.get("/anmelden/faktor")
@access(public=True)
def factor() -> ResponseReturnValue:
    """The code of the app."""
    if ASKED not in session:
        return redirect(url_for("account.office"), 303)
    return render_template("account/faktor.html", form=FactorForm())


@bp.post("/anmelden/faktor")
@access(public=True)
def try_factor() -> ResponseReturnValue:
    """The second step."""
    asked = session.get(ASKED)
    if not asked:
        return redirect(url_for("account.office"), 303)
    form = FactorForm()
    if form.validate():
        writing()
        entered = entering.second_step(asked["browser"], form.code.data or "", device=device())
        if entered is not None:
            return come_in(entered.account, entered.token, entered.next_path)
        db.session.commit()
        form.refuse(
            {"code": [gettext("This code does not fit or was used before. Wait for the next one in your app.")]}
        )
    return render_template("account/faktor.html", form=form), 422


@bp.post("/anmelden/faktor/verloren")
@access(public=True)
def lost_factor() -> ResponseReturnValue:
    """App and recovery codes are lost: somebody else of the office confirms it, then a link comes by mail."""
    asked = session.pop(ASKED, None)
    writing()
    if not asked or not entering.report_lost_factor(asked["browser"]):
        db.session.rollback()
        return redirect(url_for("account.office"), 303)
    db.session.commit()
    return redirect(url_for("account.factor_reported"), 303)


@bp.get("/anmelden/faktor/gemeldet")
@access(public=True)
def factor_reported() -> ResponseReturnValue:
    """What happens next."""
    return render_template("account/gemeldet.html")


def _address(text: str) -> str:
    """As it is kept; what is no address is looked up all the same, so that the answer takes as long."""
    try:
        return rules.address(text)
    except ValueError:
        return text.strip().lower()[:254]
