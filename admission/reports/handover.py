"""A frozen answer as the council's office takes it over: its blocks, its table, and an OParl 1.1 record. Read-only.

Everything is made from the frozen values alone. PDF and DOCX are made of the blocks by `reports.papers`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha512
from typing import Any

from babel.dates import format_date
from flask_babel import force_locale, gettext

from admission.ground.spreadsheets import csv_bytes
from admission.log.entry import instant
from admission.rulebook.edition import GERMAN

SCHEMA = "https://schema.oparl.org/1.1/"
PAPER_TYPE = "Beantwortung einer Anfrage"
KEYWORDS = ("Migrantenselbstorganisationen", "Netzwerk MSO")
PDF, DOCX, CSV, JSON, OPARL = "pdf", "docx", "csv", "json", "oparl"
"""Kinds of files; the last one is the record for the council's system."""
MEDIA_TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
CAPTION = "Caption"
"""The style of what stands small beside or below."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `style`: Normal, Title, Heading 1, Heading 2, Quote, Caption. A line end in it stays one."""

    text: str
    style: str = "Normal"


@dataclass(frozen=True)
class Facts:
    """A table of two columns: what it is, and what is said of it."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class File:
    """One file of the hand-over: its name, what it is called, its media type and bytes, and where it is fetched."""

    name: str
    title: str
    media_type: str
    data: bytes
    address: str


def outline(paper: Mapping[str, Any], digest: str, place: int) -> list[Paragraph | Facts]:
    """What the paper says, block by block, in the order of a municipal information paper; its seal comes last."""
    with force_locale(GERMAN):
        return list(_blocks(paper, digest, place))


def table(paper: Mapping[str, Any]) -> bytes:
    """Every figure of the answer as CSV: semicolons, UTF-8 with a mark, formulas defused."""
    with force_locale(GERMAN):
        head = [
            gettext("Part"), gettext("Figure"), gettext("Number"), gettext("out of"), gettext("Reference date"),
            gettext("Definition"), gettext("Source"), gettext("Limits"),
        ]  # fmt: skip
    rows: list[list[object]] = [head]
    for at, part in enumerate(paper["parts"], start=1):
        for one in part["figures"]:
            words = (one["definition"], one["source"], one["limits"])
            rows.append([at, one["title"], one["shown"], one.get("of", ""), one["on"], *words])
    return csv_bytes(rows)


def package(
    paper: Mapping[str, Any], body: str, printed: Mapping[str, bytes], address: Callable[[str], str],
    released_at: datetime,
) -> dict[str, File]:  # fmt: skip
    """Kind -> file of everything that is handed over; without the printed ones the record is not in it, either.

    `body`: the frozen bytes as text; `printed`: kind -> bytes of PDF and DOCX; `address`: kind -> where it is fetched.
    """
    number = "".join(char if char.isalnum() else "-" for char in paper.get("paper", ""))
    stem = "-".join(filter(None, ("antwort", number, "fassung", str(paper["version"]))))
    with force_locale(GERMAN):
        made = [(kind, gettext("Answer"), MEDIA_TYPES[kind], data) for kind, data in printed.items()]
        made += [
            (CSV, gettext("Figures of the answer"), "text/csv; charset=utf-8", table(paper)),
            (JSON, gettext("Frozen text of the answer"), "application/json", body.encode()),
        ]
    files = {
        kind: File(f"{stem}.{kind}", str(said), media_type, data, address(kind))
        for kind, said, media_type, data in made
    }
    if PDF in files:
        others = [file for kind, file in files.items() if kind != PDF]
        record = oparl(paper, address(OPARL), files[PDF], others, released_at)
        data = json.dumps(record, ensure_ascii=False, indent=2).encode()
        files[OPARL] = File(f"{stem}-oparl.json", record["name"], "application/json", data, address(OPARL))
    return files


def oparl(
    paper: Mapping[str, Any], address: str, main: File, others: Sequence[File], released_at: datetime
) -> dict[str, Any]:
    """The answer as an OParl 1.1 `Paper` with its files; what only the council's system can know is left to it.

    `reference` stands in it only if the council's office has assigned one; addresses of its bodies and meetings are
    never invented.
    """
    record: dict[str, Any] = {
        "id": address,
        "type": SCHEMA + "Paper",
        "name": title(paper),
        "date": paper["on"],
        "paperType": PAPER_TYPE,
        "mainFile": _file(main, paper, released_at),
        "auxiliaryFile": [_file(one, paper, released_at) for one in others],
        "keyword": list(KEYWORDS),
        "created": instant(released_at),
        "modified": instant(released_at),
    }
    return record | ({"reference": paper["paper"]} if "paper" in paper else {})


def _file(one: File, paper: Mapping[str, Any], released_at: datetime) -> dict[str, Any]:
    return {
        "id": one.address,
        "type": SCHEMA + "File",
        "name": one.title,
        "fileName": one.name,
        "mimeType": one.media_type,
        "date": paper["on"],
        "size": len(one.data),
        "sha512Checksum": sha512(one.data).hexdigest(),
        "accessUrl": one.address,
        "created": instant(released_at),
        "modified": instant(released_at),
    }


def title(paper: Mapping[str, Any]) -> str:
    """Beantwortung der Anfrage „…“."""
    with force_locale(GERMAN):
        return str(gettext("Answer to the inquiry “%(title)s”", title=paper["title"]))


def _blocks(paper: Mapping[str, Any], digest: str, place: int) -> Iterator[Paragraph | Facts]:
    yield Paragraph(f"{paper['city']}\n{paper['office']}")
    yield Paragraph(str(gettext("Information paper, public")), CAPTION)
    yield Facts(
        (
            (str(gettext("Paper")), paper.get("paper") or str(gettext("number not assigned yet"))),
            (str(gettext("Body and sitting")), f"{paper['body']}, {_day(paper['session_on'])}"),
            (str(gettext("Inquiry of")), _day(paper["asked_on"])),
            (str(gettext("Released")), _day(paper["on"])),
        )
    )
    yield Paragraph(title(paper), "Title")
    if "corrects" in paper:
        yield Paragraph(str(gettext("What this version corrects")), "Heading 1")
        yield from _paragraphs(paper["corrects"])
    for at, part in enumerate(paper["parts"], start=1):
        yield Paragraph(str(gettext("Question %(number)s", number=at)), "Heading 1")
        yield Paragraph(part["question"], "Quote")
        yield from _paragraphs(part["text"])
        for one in part["figures"]:
            yield Paragraph(f"{one['title']}: {one['shown']}", "Heading 2")
            yield Facts(
                (
                    (str(gettext("Definition")), one["definition"]),
                    (str(gettext("Reference date")), _day(one["on"])),
                    (str(gettext("Source")), one["source"]),
                    (str(gettext("Limits")), one["limits"] or "–"),
                )
            )
        if "limits" in part:
            yield Paragraph(str(gettext("Limits of this answer")), "Heading 2")
            yield from _paragraphs(part["limits"])
    yield Paragraph(paper["note"], CAPTION)
    seal = gettext(
        "Version %(version)s, rulebook %(rulebook)s, entry %(entry)s, SHA-256 %(digest)s",
        version=paper["version"],
        rulebook=paper["rulebook"]["name"],
        entry=place,
        digest=digest,
    )
    yield Paragraph(str(seal), CAPTION)


def _paragraphs(text: str) -> Iterator[Paragraph]:
    return (Paragraph(part.strip()) for part in text.split("\n\n") if part.strip())


def _day(text: str) -> str:
    return str(format_date(date.fromisoformat(text), "d. MMMM y", locale=GERMAN))
