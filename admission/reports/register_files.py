"""Entries of the public register as files: JSON, tables, address books, and linked data after schema.org. Pure.

A file of many entries holds of the ways to write only mailboxes of roles: names, phones and addresses of people are
read one by one, on the page of whoever shows them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from admission.ground.spreadsheets import csv_bytes, xlsx_bytes
from admission.register.public import Entry
from admission.register.rules import FIELDS, LOGO, SEVERAL, mailboxes_of, offers_of, parts

PERSONAL = frozenset({"contact", "phone", "post"})
"""Fields that a file of many entries leaves out."""
NOT_IN_TABLES = frozenset({LOGO})
FOLD = 73
"""Bytes of a line of a vCard before it is folded (RFC 2425: 75, the line break and a space included)."""


@dataclass(frozen=True)
class Words:
    """How an entry is said: titles of fields and standings, values in the reader's language, addresses."""

    titles: Mapping[str, str]
    standings: Mapping[str, str]
    spoken: Callable[[str, str], str]
    address: Callable[[str], str]
    """Slug -> the full address of its page."""
    logo: Callable[[str], str]
    network: str


def json_bytes(
    entries: Iterable[Entry], words: Words, made_on: date, selection: Mapping[str, str], *, alone: bool = False
) -> bytes:
    """A document of these entries, with the day and what was asked for; `alone`: one entry that was opened itself."""
    shown = [record(entry, words, alone=alone) for entry in entries]
    document = {"made_on": made_on.isoformat(), "selection": selection, "count": len(shown), "entries": shown}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def record(entry: Entry, words: Words, *, alone: bool = False) -> dict[str, Any]:
    """One entry as plain values; what holds several values is a list."""
    return {
        "id": entry.slug,
        "address": words.address(entry.slug),
        "standing": entry.state,
        "since": entry.since.isoformat(),
        **{name: _value(entry, name, words) for name in _names(entry, alone)},
    }


def table(entries: Iterable[Entry], words: Words, *, alone: bool = False) -> Iterator[list[str]]:
    """A head and a row for each entry; a column for each field that such a file may hold."""
    names = [name for name in FIELDS if name not in NOT_IN_TABLES and (alone or name not in PERSONAL)]
    titles = words.titles
    yield [*(titles[name] for name in names), titles["standing"], titles["since"], titles["address"]]
    for entry in entries:
        yield [
            *(_line(entry, name, words) for name in names),
            words.standings.get(entry.state, entry.state),
            entry.since.isoformat(),
            words.address(entry.slug),
        ]


def csv_file(entries: Iterable[Entry], words: Words, *, alone: bool = False) -> bytes:
    """The table for office programs."""
    return csv_bytes(table(entries, words, alone=alone))


def xlsx_file(entries: Iterable[Entry], words: Words, title: str, *, alone: bool = False) -> bytes:
    """The same as a workbook."""
    return xlsx_bytes(table(entries, words, alone=alone), title)


def vcf_file(entries: Iterable[Entry], words: Words, *, alone: bool = False) -> bytes:
    """Cards for address books (vCard 3.0, RFC 2426), one an organisation."""
    lines = (line for entry in entries for line in _card(entry, words, alone))
    return "".join(f"{_fold(line)}\r\n" for line in lines).encode()


def linked(entry: Entry, words: Words) -> dict[str, Any]:
    """One entry as linked data: an `NGO` of schema.org, with what it shows to everybody."""
    held = entry.fields
    page = words.address(entry.slug)
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NGO",
        "@id": page,
        "name": held["name"],
        "alternateName": held.get("own_name"),
        "description": held.get("description"),
        "url": held.get("website") or page,
        "sameAs": list(parts("links", held.get("links", ""))),
        "logo": words.logo(entry.slug) if held.get(LOGO) else None,
        "email": held.get("mailbox"),
        "telephone": held.get("phone"),
        "address": held.get("post"),
        "knowsLanguage": list(parts("languages", held.get("languages", ""))),
        "keywords": [words.spoken("field", code) for code in parts("field", held.get("field", ""))],
        "areaServed": [_thing("Place", part) for part in parts("districts", held.get("districts", ""))],
        "contactPoint": [
            {"@type": "ContactPoint", "contactType": role, "email": mailbox}
            for role, mailbox in mailboxes_of(held.get("mailboxes", ""))
        ],
        "makesOffer": [
            {"@type": "Offer", "itemOffered": _thing("Service", what), "description": _joined(when, whom)}
            for what, when, whom in offers_of(held.get("offers", ""))
        ],
        "memberOf": _thing("Organization", words.network),
    }
    return {name: value for name, value in found.items() if value}


def _thing(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name}


def _names(entry: Entry, alone: bool) -> Iterator[str]:
    yield from (name for name in FIELDS if name in entry.fields and (alone or name not in PERSONAL))


def _value(entry: Entry, name: str, words: Words) -> Any:
    value = entry.fields[name]
    match name:
        case "logo":
            return words.logo(entry.slug)
        case "field":
            return [{"code": code, "title": words.spoken(name, code)} for code in parts(name, value)]
        case "offers":
            return [{"what": what, "when": when, "for_whom": whom} for what, when, whom in offers_of(value)]
        case "mailboxes":
            return [{"role": role, "address": mailbox} for role, mailbox in mailboxes_of(value)]
        case _:
            return list(parts(name, value)) if name in SEVERAL else value


def _line(entry: Entry, name: str, words: Words) -> str:
    value = entry.fields.get(name, "")
    if name == "offers":
        return "; ".join(_joined(what, when, whom) for what, when, whom in offers_of(value))
    return words.spoken(name, value).replace("\n", ", ") if value else ""


def _joined(*some: str) -> str:
    return ", ".join(part for part in some if part)


def _card(entry: Entry, words: Words, alone: bool) -> Iterator[str]:
    held = entry.fields
    name = _escaped(held["name"])
    yield from ("BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"N:{name};;;;", f"ORG:{name}", "X-ABSHOWAS:COMPANY")
    yield f"UID:{words.address(entry.slug)}"
    if held.get("own_name"):
        yield f"NICKNAME:{_escaped(held['own_name'])}"
    if held.get("mailbox"):
        yield f"EMAIL;TYPE=INTERNET,PREF:{_escaped(held['mailbox'])}"
    for at, (role, mailbox) in enumerate(mailboxes_of(held.get("mailboxes", "")), 1):
        yield f"item{at}.EMAIL;TYPE=INTERNET:{_escaped(mailbox)}"
        yield f"item{at}.X-ABLABEL:{_escaped(role)}"
    if alone and held.get("phone"):
        yield f"TEL;TYPE=WORK,VOICE:{_escaped(held['phone'])}"
    if alone and held.get("post"):
        yield f"ADR;TYPE=WORK:;;{_escaped(held['post'])};;;;"
    yield f"URL:{held.get('website') or words.address(entry.slug)}"
    if held.get("field"):
        yield "CATEGORIES:" + ",".join(_escaped(words.spoken("field", code)) for code in parts("field", held["field"]))
    if held.get("description"):
        yield f"NOTE:{_escaped(held['description'])}"
    yield "END:VCARD"


def _escaped(text: str) -> str:
    """A text as a value of a vCard (RFC 2426, 4)."""
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(letter, written)
    return text


def _fold(line: str) -> str:
    """Long lines go on after a line break and a space; no letter is torn."""
    rows, row = [], ""
    for letter in line:
        if len((row + letter).encode()) > FOLD:
            rows.append(row)
            row = ""
        row += letter
    return "\r\n ".join([*rows, row])
