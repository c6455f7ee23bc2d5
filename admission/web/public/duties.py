"""The pages that a public body owes everybody: imprint, data protection, accessibility, easy and sign language."""

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from admission import __version__
from admission.ground import mail
from admission.ground.db import db
from admission.ground.ids import random_text
from admission.people.queries import people_with
from admission.people.roles import Role
from admission.web import page
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Email, Lines, PublicForm, Text
from admission.web.limits import PUBLIC_FORM, limiter
from admission.web.public import bp

STATEMENT_OF = "2026-11-24"
"""The day on which the accessibility of these pages was last assessed."""


class Barrier(PublicForm):
    """A barrier that somebody met; an address is only needed for an answer."""

    what = Lines(
        lazy_gettext("What did not work?"),
        required=lazy_gettext("Please describe in a sentence what did not work."),
        limit=4000,
    )
    where = Text(lazy_gettext("On which page was it?"))
    address = Email(lazy_gettext("Your e-mail address"))


@bp.get("/sprache/<code>")
@access(public=True)
def choose_language(code: str) -> Response:
    """Remember the language in a cookie of its own and go back."""
    return page.choose(code, request.args.get("weiter"))


@bp.get("/impressum")
@access(public=True)
def imprint() -> str:
    """Who is behind these pages (after DDG § 5 and MStV § 18)."""
    return render_template("public/impressum.html")


@bp.get("/datenschutz")
@access(public=True)
def data_protection() -> str:
    """What happens with personal data (after DSGVO Art. 13)."""
    return render_template("public/datenschutz.html")


@bp.get("/barrierefreiheit")
@access(public=True)
def accessibility() -> str:
    """The accessibility statement with its form (after BGG NRW § 10b)."""
    return render_template("public/barrierefreiheit.html", form=Barrier(), **_statement())


@bp.post("/barrierefreiheit")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/barrierefreiheit.html", Barrier, lambda **_: _statement())
def report_barrier(form: Barrier) -> ResponseReturnValue:
    """Send the report to the office's mailbox, or to each person in charge while there is none."""
    values = {"what": form.what.data, "where": form.where.data or "", "address": form.address.data or ""}
    city, key = page.current_page().city, f"barrier:{random_text()}"
    if city and city.mail:
        mail.queue(db.session(), "accessibility_feedback", key=key, address=city.mail, values=values)
    else:
        for person in people_with(Role.CASEWORKER):
            mail.queue(db.session(), "accessibility_feedback", key=f"{key}:{person}", to=person, values=values)
    db.session.commit()
    return redirect(url_for("public.barrier_reported"), 303)


@bp.get("/barrierefreiheit/gemeldet")
@access(public=True)
def barrier_reported() -> str:
    """The report has arrived."""
    return render_template("public/barriere-gemeldet.html")


@bp.get("/leichte-sprache")
@access(public=True)
def easy_language() -> str:
    """What the network is, how one applies, and how these pages work, in easy language (after BITVNRW § 2)."""
    return render_template("public/leichte-sprache.html")


@bp.get("/gebaerdensprache")
@access(public=True)
def sign_language() -> str:
    """The same in German sign language, or the honest sentence that there is no film yet."""
    return render_template("public/gebaerdensprache.html")


@bp.get("/quelltext")
@access(public=True)
def source_code() -> str:
    """Where the source code is, and under which licences (after EUPL-1.2, section 5)."""
    return render_template("public/quelltext.html", version=__version__, source=current_app.config["SOURCE_URL"])


def _statement() -> dict[str, Any]:
    return {"assessed_on": STATEMENT_OF}
