"""The rulebook in plain words, as picture and table, and as the bytes that are executed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admission.ground import clock
from admission.ground.errors import NotFound
from admission.procedure.guards import GUARDS
from admission.rulebook.diagram import diagram
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import Published, published, rulebook
from admission.rulebook.sentences import of_guard, of_period
from admission.web import page
from admission.web.access import access
from admission.web.public import bp


@dataclass(frozen=True)
class Line:
    """One edition in the table: from when until when it holds; `until` is None for the last one."""

    edition: Published
    until: date | None
    state: str
    """`now`, `past` or `coming`."""


@bp.get("/kriterien")
@access(public=True)
def criteria() -> ResponseReturnValue:
    """The criteria in force; without an edition in force the page says so."""
    current = page.current_page().in_force
    if current is None:
        return render_template("public/noch-kein-regelwerk.html")
    return _criteria(current.rulebook, history())


@bp.get("/kriterien/<name>")
@access(public=True)
def edition(name: str) -> ResponseReturnValue:
    """One edition with its whole fingerprint, also when it no longer holds or does not hold yet."""
    lines = history()
    return _criteria(_published(name, lines), lines)


@bp.get("/kriterien/<name>.json")
@access(public=True)
def edition_bytes(name: str) -> ResponseReturnValue:
    """The bytes whose SHA-256 is the fingerprint; they never change."""
    book = _published(name, history())
    answer = Response(book.body, mimetype="application/json")
    answer.set_etag(book.digest)
    return answer.make_conditional(request)


def history() -> list[Line]:
    """All published editions, newest first, each with its last day."""
    found: list[Line] = []
    until: date | None = None
    current = page.current_page().in_force
    for row in published():
        state = "coming" if row.in_force_from > clock.today() else "past"
        if current and (row.digest, row.in_force_from) == (current.rulebook.digest, current.publication.in_force_from):
            state = "now"
        found.append(Line(row, until, state))
        until = row.in_force_from - timedelta(days=1)
    return found


def _published(name: str, lines: list[Line]) -> Rulebook:
    line = next((line for line in lines if line.edition.name == name), None)
    if line is None:
        raise NotFound
    return rulebook(line.edition.digest)


def _criteria(book: Rulebook, lines: list[Line]) -> str:
    here = next(line for line in lines if line.edition.digest == book.digest)
    size = len(book.body)
    return render_template(
        "public/kriterien.html", book=book, here=here, lines=lines, say=_say(book), has=book.has_text, size=size
    )


@bp.get("/verfahren")
@access(public=True)
def procedure() -> ResponseReturnValue:
    """The procedure of admission, made from the edition that the software executes."""
    current = page.current_page().in_force
    if current is None or "admission" not in current.rulebook.kinds:
        return render_template("public/noch-kein-regelwerk.html")
    book, language = current.rulebook, page.language()
    return render_template(
        "public/verfahren.html",
        book=book,
        here=current,
        say=_say(book),
        drawn=diagram(book, "admission", language, title=gettext("Picture of the procedure of admission"), id="d"),
        periods=list(_periods(book)),
        guards=list(_guards(book)),
        invariants=len(book.procedure("admission").invariants),
    )


@dataclass(frozen=True)
class Period:
    """One period of the procedure in words; `passed`: what happens when nobody acted in time."""

    title: str
    length: str
    extension: str
    ours: bool
    passed: str


def _periods(book: Rulebook) -> Iterator[Period]:
    """Every period, in the order in which steps and acts begin them."""
    language, say, procedure = page.language(), _say(book), book.procedure("admission")
    by_steps = [kind for step in procedure.steps for kind in step.begins_deadline]
    by_acts = [kind for act in procedure.acts.values() for kind in act.begins_deadline]
    for kind in dict.fromkeys([*by_steps, *by_acts, *procedure.deadlines]):
        rule = procedure.deadlines[kind]
        passed = f"deadline.{rule.kind}.passed"
        yield Period(
            say(f"deadline.{rule.kind}"),
            of_period(rule.length, rule.unit, language, in_weeks=True),
            of_period(rule.extend, rule.unit, language, in_weeks=True) if rule.extend else "",
            rule.whose == "office",
            say(passed) if book.has_text(passed) else "",
        )


def _guards(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """(what it demands, the facts that it reads, its code) of each condition, in the order in which steps need them."""
    needed = [name for step in book.procedure("admission").steps for name in step.needs]
    for name in dict.fromkeys([*needed, *book.guards]):
        yield of_guard(book, name, page.language()), ", ".join(GUARDS[name].reads), GUARDS[name].source


def _say(book: Rulebook) -> Callable[[str], str]:
    """The edition's words in the reader's language."""
    language = page.language()
    return lambda key: book.text(key, language)
