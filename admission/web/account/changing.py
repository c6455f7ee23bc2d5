"""Changing how one signs in: password, app, recovery codes. Each asks for password and code once more (ASVS 7.5.1)."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admission.ground.db import db, writing
from admission.people import actions, entering, factors, passwords, sessions
from admission.people.queries import address_of, credential
from admission.people.roles import BY_PASSWORD
from admission.web.access import access
from admission.web.account import bp
from admission.web.account.forms import ChangeForm, FirstCodeForm, ProofForm
from admission.web.account.keeping import device, known_device, network, stay_signed_in
from admission.web.account.wording import password_sentences, picture, wrong_first_code


@bp.get("/konto/passwort")
@access(*BY_PASSWORD)
def password() -> ResponseReturnValue:
    """A new password."""
    return render_template("account/passwort.html", form=ChangeForm())


@bp.post("/konto/passwort")
@access(*BY_PASSWORD)
def change_password() -> ResponseReturnValue:
    """Take the new password; all other browsers are signed out."""
    form = ChangeForm()
    if form.validate():
        own = address_of(g.person.id), g.person.name or ""
        if sentences := password_sentences(form.fresh.data or "", own):
            form.refuse({"fresh": sentences})
        elif _proves(form):
            fresh = passwords.hashed(form.fresh.data or "")
            writing()
            actions.change_password(g.person.id, fresh)
            stay_signed_in(sessions.open_session(g.person.id, device()))
            db.session.commit()
            return redirect(url_for("account.own"), 303)
    return render_template("account/passwort.html", form=form), 422


@bp.get("/konto/ersatzcodes")
@access(*BY_PASSWORD)
def recovery() -> ResponseReturnValue:
    """Ten new recovery codes."""
    return render_template("account/ersatzcodes.html", form=ProofForm())


@bp.post("/konto/ersatzcodes")
@access(*BY_PASSWORD)
def new_recovery() -> ResponseReturnValue:
    """Make them; the old ones end."""
    form = ProofForm()
    if not form.validate() or not _proves(form):
        return render_template("account/ersatzcodes.html", form=form), 422
    writing()
    codes = factors.new_recovery_codes(g.person.id)
    db.session.commit()
    return render_template("account/codes.html", codes=codes, home=url_for("account.own"))


@bp.get("/konto/app")
@access(*BY_PASSWORD)
def app() -> ResponseReturnValue:
    """Another app or another phone."""
    return render_template("account/app.html", form=ProofForm())


@bp.post("/konto/app")
@access(*BY_PASSWORD)
def begin_app() -> ResponseReturnValue:
    """Make a new secret; the old one goes on until the new one has shown its first code."""
    form = ProofForm()
    if not form.validate() or not _proves(form):
        return render_template("account/app.html", form=form), 422
    writing()
    factors.begin_factor(g.person.id)
    db.session.commit()
    return redirect(url_for("account.new_app"), 303)


@bp.get("/konto/app/neu")
@access(*BY_PASSWORD)
def new_app() -> ResponseReturnValue:
    """The new secret, to be scanned; only while the proof is fresh."""
    return _new_app(FirstCodeForm()) or redirect(url_for("account.app"), 303)


@bp.post("/konto/app/neu")
@access(*BY_PASSWORD)
def confirm_app() -> ResponseReturnValue:
    """The new app shows its first code: it replaces the old one."""
    form = FirstCodeForm()
    shown = _new_app(form)
    if shown is None:
        return redirect(url_for("account.app"), 303)
    if form.validate():
        writing()
        codes = factors.confirm_factor(g.person.id, form.code.data or "")
        if codes is not None:
            stay_signed_in(sessions.open_session(g.person.id, device()))
            db.session.commit()
            return render_template("account/codes.html", codes=codes, home=url_for("account.own"))
        db.session.rollback()
        form.refuse({"code": [wrong_first_code()]})
    return _new_app(form) or "", 422


def _new_app(form: FirstCodeForm) -> str | None:
    secret = factors.factor_begun(g.person.id) if g.person.recently_proven else None
    if secret is None:
        return None
    qr = picture(secret, address_of(g.person.id))
    return render_template("account/app-neu.html", form=form, factor=secret, qr=qr)


def _proves(form: ProofForm) -> bool:
    """Password and code are right: the session goes on under a new token. Otherwise the form says so."""
    address = address_of(g.person.id)
    writing()
    knocks = entering.knock(address, network=network(), device=known_device())
    db.session.commit()
    known = credential(address).password_hash
    db.session.rollback()
    if not passwords.fits(form.password.data or "", known):
        form.refuse({"password": [gettext("This is not the password of this account.")]})
        return False
    writing()
    token = entering.prove_again(g.person.id, g.person.session, form.code.data or "", knocks)
    db.session.commit()
    if token is None:
        form.refuse(
            {"code": [gettext("This code does not fit or was used before. Wait for the next one in your app.")]}
        )
        return False
    stay_signed_in(token)
    return True
