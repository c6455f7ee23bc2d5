"""The rulebook in plain words, as picture and table, and as the bytes that are executed."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admission.ground import clock
from admission.procedure.guards import GUARDS
from admission.rulebook.diagram import diagram
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import in_force, named, publications
from admission.web import page
from admission.web.access import access
from admission.web.public import bp


@bp.get("/kriterien")
@access(public=True)
def criteria() -> ResponseReturnValue:
    """The criteria in force; without an edition in force the page says so."""
    current = in_force(clock.today())
    if current is None:
        return render_template("public/noch-kein-regelwerk.html")
    return redirect(url_for("public.edition", name=current.rulebook.name), 302)


@bp.get("/kriterien/<name>")
@access(public=True)
def edition(name: str) -> ResponseReturnValue:
    """One edition with its whole fingerprint."""
    current = page.current_page().in_force
    here = current if current and current.rulebook.name == name else None
    book = here.rulebook if here else named(name)
    return render_template(
        "public/kriterien.html", book=book, here=here, published=publications(book.digest), say=_say(book)
    )


@bp.get("/kriterien/<name>.json")
@access(public=True)
def edition_bytes(name: str) -> ResponseReturnValue:
    """The bytes whose SHA-256 is the fingerprint."""
    book = named(name)
    answer = Response(book.body, mimetype="application/json")
    answer.set_etag(book.digest)
    return answer.make_conditional(request)


@bp.get("/verfahren")
@access(public=True)
def procedure() -> ResponseReturnValue:
    """The procedure of admission, made from the edition that the software executes."""
    current = page.current_page().in_force
    if current is None:
        return render_template("public/noch-kein-regelwerk.html")
    book, language = current.rulebook, page.language()
    drawn = diagram(book, "admission", language, title=gettext("Picture of the procedure of admission"), id="d")
    guards = [
        (book.text(f"guard.{name}.rule", language), ", ".join(GUARDS[name].reads), GUARDS[name].source)
        for name in book.guards
    ]
    invariants = [rule.says for rule in book.procedure("admission").invariants]
    return render_template(
        "public/verfahren.html", book=book, here=current, drawn=drawn, guards=guards, invariants=invariants
    )


def _say(book: Rulebook) -> object:
    """The edition's words in the reader's language."""
    language = page.language()
    return lambda key: book.text(key, language) if book.has_text(key) else ""
