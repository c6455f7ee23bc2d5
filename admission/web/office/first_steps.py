"""From the list to the figure: five steps, each with what is done, what waits and for whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import g, render_template, url_for
from flask_babel import gettext, ngettext

from admission.casework import inbox as cases
from admission.casework.first_steps import Standing, standing
from admission.ground import clock
from admission.ground.db import db
from admission.register.counting import tally
from admission.register.sets import rules_of
from admission.web.access import access
from admission.web.office import bp
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page

KNOWN, REACHABLE = "known", "reachable"
"""Sets of the edition that the steps name."""


@dataclass(frozen=True)
class Link:
    """Where a step is done."""

    href: str
    text: str


@dataclass(frozen=True)
class Phase:
    """One step as the page shows it; `kind` and `status` are its state in a word."""

    title: str
    kind: str
    status: str
    says: str
    waits: str
    link: Link
    urgent: bool = False
    """Whether its link is the button of the page: the first step on which somebody here has to act."""
    against: tuple[str, ...] = ()


@bp.get("/erste-schritte")
@access(*STAFF)
def first_steps() -> str:
    """How far the office is; stays reachable when everything is done."""
    return steps_page(arriving=False)


def steps_page(*, arriving: bool) -> str:
    """The page; `arriving`: it stands where the inbox stands later, and says so."""
    session = db.session()
    found = standing(session, g.person.id)
    current = current_page().in_force
    counted = tally(session, rules_of(current.rulebook.register), clock.today()) if current else None
    sizes = (counted.size(KNOWN), counted.size(REACHABLE)) if counted else (0, 0)
    phases = _with_one_button(list(_phases(found, *sizes, released=bool(counted and counted.released_on))))
    health = cases.health(session) if arriving else None
    return render_template(
        "office/erste-schritte.html", phases=phases, arriving=arriving, health=health, ruled=current is not None
    )


def _phases(found: Standing, known: int, reachable: int, *, released: bool) -> Iterator[Phase]:
    yield _uploading(found)
    yield _settling(found)
    yield _permitting(found, known)
    yield _confirming(found, known, reachable)
    yield _releasing(found, known, released=released)


def _uploading(found: Standing) -> Phase:
    link = Link(url_for(".lists"), gettext("Lists of the office"))
    title = gettext("Upload a list")
    if not found.lists:
        says = gettext("Upload the list that you keep, as it is: CSV, XLSX, ODS or XLS.")
        waits = gettext("Everything that follows waits for the first list.")
        return Phase(title, "us", gettext("open"), says, waits, Link(link.href, title))
    says = ngettext("%(num)s list", "%(num)s lists", found.lists) + gettext(
        ": %(rows)s rows, %(taken)s taken over, %(rejected)s rejected.",
        rows=found.rows, taken=found.taken, rejected=found.rejected,
    )  # fmt: skip
    if found.at_work:
        waits = gettext("You wait for the background service, for a few seconds as a rule. Load the page again then.")
        return Phase(title, "them", gettext("being worked on"), says, waits, link)
    if found.unconfirmed:
        waits = gettext("The columns wait for you: nothing is taken over before you have said what each of them means.")
        confirm = Link(_of_list(found.to_map), gettext("Confirm the columns"))
        return Phase(title, "us", gettext("columns open"), says, waits, confirm)
    if found.ready:
        status = ngettext("%(num)s row ready", "%(num)s rows ready", found.ready)
        waits = gettext("The rows are clear. They wait for you to take them over.")
        return Phase(title, "us", status, says, waits, Link(_of_list(found.to_take), gettext("Take the rows over")))
    return Phase(title, "done", gettext("done"), says, gettext("Nobody."), link)


def _settling(found: Standing) -> Phase:
    title = gettext("Settle duplicates")
    link = Link(url_for(".lists"), gettext("Look at the rows"))
    if not found.lists:
        says = gettext("The same register number, the same address or a similar name: you see both sides and decide.")
        return Phase(title, "rest", gettext("not yet"), says, gettext("This step waits for the first list."), link)
    if not found.waiting:
        says = gettext("Every row is decided.")
        waits = gettext("Nobody. Nothing was put together by itself.")
        return Phase(title, "done", gettext("done"), says, waits, link)
    waits = ngettext(
        "%(num)s row waits for you. Nothing is put together by itself.",
        "%(num)s rows wait for you. Nothing is put together by itself.",
        found.waiting,
    )
    status = gettext("%(number)s open", number=found.waiting)
    return Phase(title, "us", status, " ".join(_undecided(found)), waits, Link(_of_list(found.to_settle), title))


def _undecided(found: Standing) -> Iterator[str]:
    if found.alike:
        yield ngettext(
            "%(num)s row may be an organisation that is known already.",
            "%(num)s rows may be organisations that are known already.",
            found.alike,
        )
    if rest := found.waiting - found.alike:
        yield ngettext(
            "%(num)s row needs a decision for another reason.", "%(num)s rows need a decision for another reason.", rest
        )


def _permitting(found: Standing, known: int) -> Phase:
    title = gettext("Say who may be written to")
    link = Link(url_for(".lists"), gettext("To the lists and their information letters"))
    if not known:
        says = gettext("Whoever stands in a list is told first what you hold of them and from where.")
        return Phase(title, "rest", gettext("not yet"), says, gettext("This step waits for known organisations."), link)
    without = max(known - found.writable, 0)
    says = ngettext(
        "%(num)s of %(known)s organisations may be written to: own application, address known in public, or consent.",
        "%(num)s of %(known)s organisations may be written to: own application, address known in public, or consent.",
        found.writable,
        known=known,
    )
    if without:
        says += " " + ngettext(
            "%(num)s has no basis or no address; the system does not write to it.",
            "%(num)s have no basis or no address; the system does not write to them.",
            without,
        )
    if found.untold:
        waits = ngettext(
            "%(num)s person has not been told yet that they stand in a list, and waits for you.",
            "%(num)s people have not been told yet that they stand in a list, and wait for you.",
            found.untold,
        )
        status = gettext("%(number)s open", number=found.untold)
        href = url_for(".list_told", list_id=found.to_tell) if found.to_tell else link.href
        return Phase(title, "us", status, says, waits, Link(href, gettext("Send the information letters")))
    if found.told:
        waits = ngettext(
            "You wait for the answer of %(num)s person. Without it by the end of a month nobody writes to them.",
            "You wait for the answers of %(num)s people. Without it by the end of a month nobody writes to them.",
            found.told,
        )
        return Phase(title, "them", gettext("%(number)s told", number=found.told), says, waits, link)
    if without:
        waits = gettext("Nobody. Whoever applies or answers an information letter may be written to from then on.")
        boxes = Link(url_for(".addresses"), gettext("Addresses without a basis"))
        return Phase(title, "rest", gettext("%(number)s without", number=without), says, waits, boxes)
    return Phase(title, "done", gettext("done"), says, gettext("Nobody."), link)


def _confirming(found: Standing, known: int, reachable: int) -> Phase:
    title = gettext("Have the data confirmed")
    link = Link(url_for(".confirmation_round"), gettext("Ask for the yearly confirmation"))
    if not known:
        says = gettext("Only what an organisation itself has confirmed counts as reachable.")
        return Phase(title, "rest", gettext("not yet"), says, gettext("This step waits for known organisations."), link)
    says = ngettext(
        "%(num)s of %(known)s organisations has confirmed a contact in the last 12 months.",
        "%(num)s of %(known)s organisations have confirmed a contact in the last 12 months.",
        reachable,
        known=known,
    )
    left = max(known - reachable, 0)
    if not left:
        return Phase(title, "done", gettext("done"), says, gettext("Nobody."), link)
    if found.asked:
        waits = ngettext(
            "You wait for %(num)s organisation that was asked. It is reminded without you.",
            "You wait for %(num)s organisations that were asked. They are reminded without you.",
            found.asked,
        )
        return Phase(title, "them", gettext("%(number)s asked", number=found.asked), says, waits, link)
    waits = ngettext(
        "%(num)s organisation is not confirmed. It stays in the register, marked as unconfirmed.",
        "%(num)s organisations are not confirmed. They stay in the register, marked as unconfirmed.",
        left,
    )
    return Phase(title, "us", gettext("%(number)s open", number=left), says, waits, link)


def _releasing(found: Standing, known: int, *, released: bool) -> Phase:
    title = gettext("Release the figures")
    link = Link(url_for(".figures_to_release"), title)
    if released:
        says = gettext("The figures are public and counted anew each day.")
    else:
        says = gettext("Nobody outside sees the figures before two people have released them.")
    against = tuple(_against(found, known))
    if found.proposed_by == g.person.id:
        waits = gettext("You proposed the figures. They wait for a second person.")
        return Phase(title, "them", gettext("proposed"), says, waits, link, against=against)
    if found.proposed_by:
        waits = gettext("%(name)s proposed the figures. They wait for you.", name=found.proposer)
        return Phase(title, "us", gettext("proposed"), says, waits, link, against=against)
    if released:
        waits = gettext("Nobody. Release them again when a new list has been taken over.")
        return Phase(title, "done", gettext("released"), says, waits, link, against=against)
    if not known:
        return Phase(title, "rest", gettext("not yet"), says, gettext("This step waits for known organisations."), link)
    waits = gettext("A second person waits for your proposal.")
    return Phase(title, "us", gettext("open"), says, waits, link, against=against)


def _against(found: Standing, known: int) -> Iterator[str]:
    """What makes the figures wrong or their release impossible today."""
    if known and found.waiting:
        yield ngettext(
            "%(num)s row is not decided: the number of known organisations may change by it.",
            "%(num)s rows are not decided: the number of known organisations may change by them.",
            found.waiting,
        )
    if not found.colleagues:
        yield gettext("The release needs you and a second person. You are the only account in the office.")


def _of_list(list_id: UUID | None) -> str:
    return url_for(".list_page", list_id=list_id) if list_id else url_for(".lists")


def _with_one_button(phases: list[Phase]) -> list[Phase]:
    """The first step on which the office has to act carries the button."""
    first = next((at for at, phase in enumerate(phases) if phase.kind == "us"), None)
    return [_pressing(phase) if at == first else phase for at, phase in enumerate(phases)]


def _pressing(phase: Phase) -> Phase:
    return Phase(**{**phase.__dict__, "urgent": True})
