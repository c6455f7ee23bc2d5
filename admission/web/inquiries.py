"""What office and council share of an inquiry: who reaches it, its states in words, the answer as a paper."""

import json
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
from admission.reports import answers, handover, word
from admission.reports.handover import File
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
OPARL = "oparl"
"""The kind of file that is the record for the council's system."""
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
        "signed": signers(row, answer.version),
        "today": figures_today(document, book_in_force()),
        "others": [one for one in queries.released(db.session(), row.id) if one.version != answer.version],
        "german_day": german_day,
    }


def handed_over(row: Inquiry, answer: Released, kind: str, address: Callable[[str], str]) -> Response:
    """One file of the hand-over; `address`: kind of file -> its path. Raises `NotFound` for a kind that is none."""
    files = _files(row, answer, address)
    if kind == OPARL:
        others = [files[name] for name in ("csv", "json")]
        where = current_app.config["BASE_URL"] + address(OPARL)
        record = handover.oparl(queries.document(answer), where, files["docx"], others, answer.released_at)
        body = json.dumps(record, ensure_ascii=False, indent=2).encode()
        files[OPARL] = File(f"{_stem(row, answer)}-oparl.json", "", "application/json", body, "")
    if kind not in files:
        raise NotFound
    found = files[kind]
    made = Response(found.data, content_type=found.media_type)
    made.headers.set("Content-Disposition", "attachment", filename=found.name)
    return made


def _files(row: Inquiry, answer: Released, address: Callable[[str], str]) -> dict[str, File]:
    paper, stem, base = queries.document(answer), _stem(row, answer), current_app.config["BASE_URL"]
    made = (
        ("docx", gettext("Answer"), word.MEDIA_TYPE, handover.text_document(paper, answer.digest, answer.place)),
        ("csv", gettext("Figures of the answer"), "text/csv; charset=utf-8", handover.table(paper)),
        ("json", gettext("Frozen text of the answer"), "application/json", answer.body.encode()),
    )
    return {
        kind: File(f"{stem}.{kind}", str(title), media_type, data, base + address(kind))
        for kind, title, media_type, data in made
    }


def _stem(row: Inquiry, answer: Released) -> str:
    """`antwort-0118-2025-2030-fassung-1`, without a number as long as none was assigned."""
    number = "".join(char if char.isalnum() else "-" for char in row.paper_number or "")
    return "-".join(filter(None, ("antwort", number, "fassung", str(answer.version))))
