"""The figures: how many organisations, by which definition, on which day; public after two people released them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.ground.spreadsheets import csv_bytes
from admission.register.sets import rules_of
from admission.reports import charts
from admission.reports.figure_words import FROM, LIMITS, SOURCES
from admission.reports.figures import Figures, figures, quarter_before
from admission.rulebook.edition import Rulebook
from admission.web import page
from admission.web.access import access
from admission.web.fields import Day, PublicForm
from admission.web.public import bp

EARLIEST = date(1990, 1, 1)
"""No day before is counted: nothing that a city knows of its organisations speaks for it."""


class Asked(PublicForm):
    """The reference day and the day to compare with, as the address names them."""

    stichtag = Day(lazy_gettext("Reference date"))
    vergleich = Day(lazy_gettext("Compare with"))


@dataclass(frozen=True)
class Shown:
    """One figure as the page shows it, with everything that it opens into."""

    name: str
    title: str
    says: str
    value: int
    change: int
    came: int
    left: int
    then: int | None
    source: str
    limits: str


@bp.get("/zahlen")
@access(public=True)
def numbers() -> ResponseReturnValue:
    """Each set for itself, on the day that the address asks for."""
    current = page.current_page().in_force
    if current is None:
        return render_template("public/zahlen.html", figures=None)
    form, on, since = _asked()
    counted = figures(db.session(), rules_of(current.rulebook.register), on, since)
    if counted.tally.released_on is None:
        return render_template("public/zahlen.html", figures=None)
    course = [(one.on, one.size("known"), one.size("member")) for one in counted.course]
    answer = render_template(
        "public/zahlen.html",
        form=form,
        figures=counted,
        released=counted.tally.released_on,
        rows=list(_rows(current.rulebook, counted)),
        overlaps=_overlaps(current.rulebook, counted),
        course=course,
        chart=charts.lines([[one.size(name) for one in counted.course] for name in ("known", "member")]),
        bars=charts.bar(counted.confirmed),
        care=current.rulebook.register["confirmation"],
    )
    return answer, 422 if form.errors else 200


@bp.get("/zahlen.csv")
@access(public=True)
def numbers_csv() -> ResponseReturnValue:
    """The same figures as a table: a row a set, with definition, day and movement."""
    current = page.current_page().in_force
    form, on, since = _asked()
    if current is None or form.errors:
        raise NotFound
    counted = figures(db.session(), rules_of(current.rulebook.register), on, since)
    if counted.tally.released_on is None:
        raise NotFound
    head = [
        gettext("Figure"), gettext("Number"), gettext("Reference date"), gettext("Definition"), gettext("Source"),
        gettext("Not in it"), gettext("Compared with"), gettext("Came"), gettext("Left"), gettext("Rulebook"),
    ]  # fmt: skip
    on_day, since_day, book = counted.on.isoformat(), counted.since.isoformat(), current.rulebook
    table = [
        [row.title, row.value, on_day, row.says, row.source, row.limits, since_day, row.came, row.left, book.name]
        for row in _rows(book, counted)
    ]
    answer = Response(csv_bytes([head, *table]), mimetype="text/csv")
    name = f"zahlen-{on_day}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked() -> tuple[Asked, date, date]:
    """The form as it was asked for, and the two days; days that cannot be are said beside their field."""
    today = clock.today()
    form = Asked(formdata=request.args)
    form.validate()
    on = form.stichtag.data or today
    if on > today:
        form.stichtag.errors = [gettext("Please give a day up to today. Nobody can count days to come.")]
        on = today
    if on < EARLIEST:
        form.stichtag.errors = [gettext("Please give a day since %(day)s.", day=page.day(EARLIEST))]
        on = today
    since = form.vergleich.data or quarter_before(on)
    if not EARLIEST <= since <= on:
        form.vergleich.errors = [gettext("Please give a day before the reference date.")]
        since = quarter_before(on)
    for field, day in ((form.stichtag, on), (form.vergleich, since)):
        if not field.errors:
            field.data, field.raw_data = day, None
    return form, on, since


def _rows(book: Rulebook, counted: Figures) -> Iterator[Shown]:
    for name in counted.sets:
        flow = counted.flow[name]
        title = _say(book, name, "title")
        yield Shown(
            name=name,
            title=title[:1].upper() + title[1:],
            says=_say(book, name, "says"),
            value=counted.size(name),
            change=flow.came - flow.left,
            came=flow.came,
            left=flow.left,
            then=counted.known_then.size(name) if counted.known_then else None,
            source=_sources(counted) if name == "known" else str(FROM.get(name, FROM["known"])),
            limits=str(LIMITS.get(name, "")),
        )


def _sources(counted: Figures) -> str:
    """`Applications (28), lists of the integration office (31)`: what made each organisation known first."""
    known = [(str(SOURCES.get(code, code)), number) for code, number in counted.sources.items()]
    ordered = sorted(known, key=lambda pair: -pair[1])
    text = ", ".join(f"{title} ({number})" for title, number in ordered)
    return (text[:1].upper() + text[1:]) or str(FROM["known"])


def _overlaps(book: Rulebook, counted: Figures) -> tuple[list[str], list[tuple[str, list[int | None]]]]:
    """Titles of the columns, and a row a set: how many of it belong to each other set, too; none on the diagonal."""
    names = [name for name in counted.sets if counted.size(name)]
    columns = [name for name in names if name != "known"]
    rows = [
        (
            f"{_say(book, name, 'title')} ({counted.size(name)})",
            [None if name == other else counted.size(name, other) for other in columns],
        )
        for name in names
    ]
    return [_say(book, name, "title") for name in columns], rows


def _say(book: Rulebook, name: str, part: str) -> str:
    return book.text(f"set.{name}.{part}", page.language())
