"""What office and council share of an inquiry: who reaches it, its states in words, the answer as a paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from flask_babel import force_locale, gettext, lazy_gettext

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.inquiries import queries
from admission.inquiries.actions import lock
from admission.inquiries.models import Happened, Inquiry, Released, Version
from admission.inquiries.rules import PREPARED
from admission.log.entry import plain
from admission.people.queries import Person, names_of
from admission.people.roles import Role
from admission.register.releases import released
from admission.reports import answers, handover
from admission.rulebook.edition import GERMAN, Rulebook
from admission.web.access import loads
from admission.web.page import current_page, day

OFFICE = frozenset({Role.CASEWORKER, Role.APPROVER})
STATES = {
    "prepared": ("rest", lazy_gettext("prepared, not filed yet")),
    "filed": ("us", lazy_gettext("filed")),
    "drafting": ("us", lazy_gettext("being drafted")),
    "signing": ("us", lazy_gettext("waits for the second signature")),
    "returned": ("us", lazy_gettext("returned, to be revised")),
    "signed": ("us", lazy_gettext("signed, waits for release")),
    "answered": ("done", lazy_gettext("answered")),
}
"""State -> shape of its mark, and its title."""
ACTS = {
    "filed": lazy_gettext("Filed"),
    "numbered": lazy_gettext("Paper number entered"),
    "begun": lazy_gettext("Split into parts, draft begun"),
    "handed": lazy_gettext("Handed to the second signature"),
    "signed": lazy_gettext("Signed by a second person"),
    "returned": lazy_gettext("Returned"),
    "released": lazy_gettext("Released and frozen"),
    "reopened": lazy_gettext("Correction begun"),
}


@dataclass(frozen=True)
class Signed:
    """Who answered, by function in the paper's last lines; names are those of the accounts today."""

    drafted: str
    signed: str
    released: str


@loads("inquiry")
def load_inquiry(value: UUID, person: Person, role: Role, *, locked: bool) -> Inquiry:
    """An inquiry: the office once it was filed, a member of the council their own before, the secretariat each."""
    row = lock(db.session(), value) if locked else queries.inquiry(db.session(), value)
    open_to_all = row.state != PREPARED or Role.SECRETARIAT in person.roles
    if not open_to_all and row.prepared_by != person.id:
        raise NotFound
    if row.state == PREPARED and role in OFFICE:
        raise NotFound
    return row


def book_in_force() -> Rulebook:
    """The edition whose definitions the figures follow; raises `NotFound` before the first one."""
    current = current_page().in_force
    if current is None:
        raise NotFound
    return current.rulebook


def draft_of(row: Inquiry, version: Version, book: Rulebook) -> dict[str, Any]:
    """A version as the paper that a release would freeze now."""
    said = queries.said(db.session(), version.id)
    wanted = [key for one in said for key in one.figures]
    today = clock.today()
    found = answers.figures(db.session(), book, wanted, today)
    city = current_page().city
    return answers.document(
        row, version.number, version.corrects, said, found, book,
        city=city.name if city else "", office=city.office if city else "", on=today,
    )  # fmt: skip


def as_shown(document: dict[str, Any]) -> dict[str, Any]:
    """A paper's values as the frozen bytes have them: days as text."""
    shown: dict[str, Any] = plain(document)
    return shown


def signers(row: Inquiry, version: int) -> Signed:
    """Who drafted, signed and released a version."""
    session = db.session()
    found = {one.act: one.by for one in queries.way(session, row.id) if one.version == version}
    author = next(one.author for one in queries.versions(session, row.id) if one.number == version)
    names = names_of([author, *found.values()])

    def name(account: UUID | None) -> str:
        return names.get(account, "") if account else ""

    return Signed(name(author), name(found.get("signed")), name(found.get("released")))


def figures_today(document: dict[str, Any], book: Rulebook) -> list[tuple[str, str]]:
    """(title, number) of the paper's figures as they are today; nothing before the figures were released."""
    if not released(db.session()):
        return []
    wanted = [one["key"] for part in document["parts"] for one in part["figures"]]
    return [(one.title, one.shown) for one in answers.figures(db.session(), book, wanted, clock.today()).values()]


def german_day(value: str | date) -> str:
    """3. Dezember 2026, whatever language the page around the paper has."""
    with force_locale(GERMAN):
        return day(value)


def version_asked() -> int | None:
    """The version that the address names; none: the newest."""
    asked = request.args.get("fassung", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None


def title_of(row: Inquiry) -> str:
    """The paper number, or that none has been assigned yet."""
    return row.paper_number or str(gettext("number not assigned yet"))


def told(way: Sequence[Happened]) -> list[tuple[Happened, str, str]]:
    """(act, in words, by whom), the newest first."""
    names = names_of([one.by for one in way])
    return [(one, str(ACTS[one.act]), names.get(one.by, "")) for one in reversed(way)]


def frozen_page(row: Inquiry, answer: Released) -> dict[str, Any]:
    """What the page of a frozen answer needs."""
    document = queries.document(answer)
    return {
        "inquiry": row,
        "answer": answer,
        "paper": document,
        "has_files": queries.has_files(db.session(), answer.id),
        "signed": signers(row, answer.version),
        "today": figures_today(document, book_in_force()),
        "others": [one for one in queries.released(db.session(), row.id) if one.version != answer.version],
        "german_day": german_day,
    }


def handed_over(row: Inquiry, answer: Released, kind: str, address: Callable[[str], str]) -> Response:
    """One file of the hand-over; `address`: kind of file -> its path.

    Raises `NotFound` for a kind that is none, and for those that the worker has not made yet.
    """
    base = current_app.config["BASE_URL"]
    printed = queries.files(db.session(), answer.id)
    files = handover.package(
        queries.document(answer), answer.body, printed, lambda name: base + address(name), answer.released_at
    )
    if kind not in files:
        raise NotFound
    found = files[kind]
    made = Response(found.data, content_type=found.media_type)
    made.headers.set("Content-Disposition", "attachment", filename=found.name)
    return made
