"""The inbox: every open case, the most urgent first, with counts per state as links."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.exceptions import NotFound

from admission.casework import first_steps
from admission.casework import inbox as queries
from admission.casework.inbox import OPEN, OURS, THEIRS, Row
from admission.ground import clock
from admission.ground.db import db
from admission.procedure.deadlines import working_days_left
from admission.rulebook.queries import rulebook
from admission.web.access import access
from admission.web.office import bp
from admission.web.office.first_steps import steps_page
from admission.web.office.surroundings import STAFF, say
from admission.web.page import Due, due, kept

GROUPS = {"wir": OURS, "andere": THEIRS}
NEXT = {
    "received": lazy_gettext("Get in touch with the organisation"),
    "completeness": lazy_gettext("Check whether everything is there"),
    "supplement": lazy_gettext("Wait for what is handed in later"),
    "hearing": lazy_gettext("Wait for the statement, then weigh it"),
    "proposed": lazy_gettext("Second signature, hearing or return"),
    "weighed": lazy_gettext("Second signature or return"),
}
"""What comes next, by state."""


@dataclass(frozen=True)
class Listed:
    """One row of the table, ready to be shown."""

    row: Row
    state: str
    due: Due | None
    next: str
    age: int


@dataclass(frozen=True)
class Group:
    """Rows of like urgency under one heading."""

    title: str
    rows: tuple[Listed, ...]


@dataclass(frozen=True)
class Counted:
    """One number above the table, in words, and the list that it opens."""

    number: str
    title: str
    href: str
    current: bool


@bp.get("", strict_slashes=False)
@access(*STAFF)
def inbox() -> str:
    """The office's open cases; every filter stands in the address. Before the first application: the first steps."""
    session = db.session()
    begun = first_steps.begun(session)
    if not begun.applied and not request.args:
        return steps_page(arriving=True)
    stand, whose = request.args.get("stand", ""), request.args.get("zustaendig", "")
    states = _states(stand)
    try:
        page = queries.page(
            session,
            g.person.id,
            states=states,
            assigned=g.person.id if whose == "ich" else None,
            nobody=whose == "niemand",
            after=request.args.get("nach"),
        )
    except ValueError:
        raise NotFound from None
    counts = queries.counts(session, g.person.id if whose == "ich" else None, nobody=whose == "niemand")
    listed = [_listed(row) for row in page.rows]
    return render_template(
        "office/inbox.html",
        groups=list(_groups(listed)),
        shown=len(listed),
        total=_total(counts, states),
        counts=list(_counts(counts, stand, whose)),
        whose=whose,
        stand=stand,
        everybody=_href(stand=stand),
        mine=_href(stand=stand, zustaendig="ich"),
        nobodys=_href(stand=stand, zustaendig="niemand"),
        later=_href(stand=stand, zustaendig=whose, nach=page.after) if page.after else None,
        first=_href(stand=stand, zustaendig=whose) if request.args.get("nach") else None,
        health=queries.health(session),
        steps_are_due=begun.steps_are_due,
    )


def _states(stand: str) -> tuple[str, ...]:
    if not stand:
        return OPEN
    if stand not in (*GROUPS, *OPEN):
        raise NotFound
    return GROUPS.get(stand, (stand,))


def _counts(counts: dict[str, int], stand: str, whose: str) -> Iterator[Counted]:
    def one(name: str, title: str, states: tuple[str, ...]) -> Counted:
        number, more = _number(counts, states)
        said = gettext("over %(number)s", number=number) if more else str(number)
        return Counted(said, title, _href(stand=name, zustaendig=whose), stand == name)

    yield one("", gettext("open"), OPEN)
    yield one("wir", gettext("wait for us"), OURS)
    yield one("andere", gettext("wait for others"), THEIRS)
    for state in OPEN:
        if counts[state] or state == stand:
            yield one(state, _title(state), (state,))


def _number(counts: dict[str, int], states: tuple[str, ...]) -> tuple[int, bool]:
    """How many cases stand in these states at least, and whether there may be more."""
    most = queries.MOST
    return sum(min(counts[state], most) for state in states), any(counts[state] > most for state in states)


def _total(counts: dict[str, int], states: tuple[str, ...]) -> str:
    number, more = _number(counts, states)
    if more:
        return str(gettext("over %(number)s cases", number=number))
    return str(ngettext("%(num)s case", "%(num)s cases", number))


def _title(state: str) -> str:
    """A state's name above the table; editions may word it differently, the table says it as each edition does."""
    titles = {
        "received": gettext("received"),
        "completeness": gettext("completeness"),
        "supplement": gettext("supplement"),
        "assessment": gettext("criteria check"),
        "proposed": gettext("proposal"),
        "hearing": gettext("hearing"),
        "weighed": gettext("statement weighed"),
    }
    return str(titles[state])


def _listed(row: Row) -> Listed:
    book = rulebook(row.edition)
    return Listed(
        row,
        say(book, f"state.admission.{row.state}"),
        due(row.due_on, book.calendar, short=True) if row.due_on else None,
        _next(row),
        working_days_left(clock.berlin_day(row.submitted_at), clock.today(), book.calendar),
    )


def _next(row: Row) -> str:
    if row.conflict is None:
        return str(gettext("Declare whether you have a conflict of interest"))
    if row.conflict:
        return str(gettext("You have declared a conflict of interest"))
    if row.resting:
        return str(gettext("The proceedings rest"))
    if row.state == "assessment":
        if row.unassessed:
            text = ngettext(
                "%(num)s of %(all)s findings is missing",
                "%(num)s of %(all)s findings are missing",
                row.unassessed,
                all=row.criteria,
            )
            return kept(text)
        return str(gettext("Propose a decision"))
    return str(NEXT[row.state])


def _groups(listed: list[Listed]) -> Iterator[Group]:
    """Overdue, this week, the next two weeks, later, without a deadline; in this order they come already."""
    today = clock.today()
    week, fortnight = today + timedelta(days=6 - today.weekday()), today + timedelta(days=20 - today.weekday())
    named: dict[str, list[Listed]] = {}
    for one in listed:
        on = one.row.due_on
        title = (
            gettext("Without a running deadline") if on is None
            else gettext("Overdue") if on < today
            else gettext("This week") if on <= week
            else gettext("Next two weeks") if on <= fortnight
            else gettext("Later")
        )  # fmt: skip
        named.setdefault(title, []).append(one)
    for title, rows in named.items():
        yield Group(title, tuple(rows))


def _href(**filters: Any) -> str:
    return url_for(".inbox", **{name: value for name, value in filters.items() if value})
