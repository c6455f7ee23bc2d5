"""The register to take along: the present selection or one entry as a file, linked data, and a feed of changes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from flask import Response, current_app, request, url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.register import public
from admission.register.finding import find
from admission.register.news import News, news
from admission.register.public import Entry
from admission.reports import register_files as files
from admission.reports.register_files import Words
from admission.web import page
from admission.web.access import access
from admission.web.fields import sayable
from admission.web.public import bp
from admission.web.public.register import address, spoken, wanted
from admission.web.register_words import PUBLIC_TITLES

STANDINGS = {"member": lazy_gettext("Member"), "guest": lazy_gettext("Guest")}
ATOM = "http://www.w3.org/2005/Atom"
TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard",
    "jsonld": "application/ld+json",
}


@bp.get("/verzeichnis.json", defaults={"form": "json"})
@bp.get("/verzeichnis.csv", defaults={"form": "csv"})
@bp.get("/verzeichnis.xlsx", defaults={"form": "xlsx"})
@bp.get("/verzeichnis.vcf", defaults={"form": "vcf"})
@access(public=True)
def register_file(form: str) -> Response:
    """All entries of the selection that the address asks for, as one file."""
    asked = wanted()
    found = find(db.session(), asked, most=None)
    name = f"verzeichnis-{clock.today().isoformat()}.{form}"
    return _sent(form, _made(form, found.entries, address(asked), alone=False), name)


@bp.get("/verzeichnis/<slug>.json", defaults={"form": "json"})
@bp.get("/verzeichnis/<slug>.csv", defaults={"form": "csv"})
@bp.get("/verzeichnis/<slug>.xlsx", defaults={"form": "xlsx"})
@bp.get("/verzeichnis/<slug>.vcf", defaults={"form": "vcf"})
@bp.get("/verzeichnis/<slug>.jsonld", defaults={"form": "jsonld"})
@access(public=True)
def register_entry_file(slug: str, form: str) -> Response:
    """One entry with everything that its page shows."""
    entry = public.entry(db.session(), slug) if sayable(slug) else None
    if entry is None:
        raise NotFound
    return _sent(form, _made(form, [entry], {}, alone=True), f"{slug}.{form}")


@bp.get("/verzeichnis/aenderungen.atom")
@access(public=True)
def register_changes() -> Response:
    """Which entry appeared, changed or left: names of fields, never their values (RFC 4287)."""
    told = news(db.session())
    feed = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": page.language()})
    here = url_for("public.register_changes", _external=False)
    _add(feed, "title", gettext("%(network)s: changes in the register", network=page.current_page().name))
    _add(feed, "id", _full(here))
    _add(feed, "updated", (told[0].at if told else datetime(2026, 1, 1, tzinfo=UTC)).isoformat())
    _add(feed, "link", "", rel="self", href=_full(here), type="application/atom+xml")
    _add(feed, "link", "", rel="alternate", href=_full(url_for("public.register")), type="text/html")
    author = Xml.SubElement(feed, "author")
    _add(author, "name", page.current_page().name)
    for one in told:
        _item(feed, one)
    body = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def linked_data(entry: Entry) -> Markup:
    """The entry as a block of linked data; nothing in it can end the element in which it stands."""
    text = json.dumps(files.linked(entry, _words()), ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  every letter that means something in HTML was written otherwise


def _made(form: str, entries: list[Entry], selection: dict[str, str], *, alone: bool) -> bytes:
    words = _words()
    make: dict[str, Callable[[], bytes]] = {
        "json": lambda: files.json_bytes(entries, words, clock.today(), selection, alone=alone),
        "csv": lambda: files.csv_file(entries, words, alone=alone),
        "xlsx": lambda: files.xlsx_file(entries, words, gettext("Register"), alone=alone),
        "vcf": lambda: files.vcf_file(entries, words, alone=alone),
        "jsonld": lambda: json.dumps(files.linked(entries[0], words), ensure_ascii=False, indent=1).encode(),
    }
    return make[form]()


def _sent(form: str, body: bytes, name: str) -> Response:
    answer = Response(body, mimetype=TYPES[form])
    if form in ("csv", "xlsx", "vcf"):
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _words() -> Words:
    titles = {name: str(title) for name, title in PUBLIC_TITLES.items()}
    titles |= {"standing": gettext("Standing"), "since": gettext("Since"), "address": gettext("Page")}
    return Words(
        titles,
        {state: str(title) for state, title in STANDINGS.items()},
        spoken,
        lambda slug: _full(url_for("public.register_entry", slug=slug)),
        lambda slug: _full(url_for("public.register_logo", slug=slug)),
        page.current_page().name,
    )


def _full(path: str) -> str:
    return str(current_app.config["BASE_URL"]) + path


def _item(feed: Xml.Element, one: News) -> None:
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname or request.host
    item = Xml.SubElement(feed, "entry")
    _add(item, "id", f"tag:{host},{one.at.date().isoformat()}:{one.id}")
    _add(item, "title", _said(one))
    _add(item, "updated", one.at.isoformat())
    target = url_for("public.register_entry", slug=one.slug) if one.slug else url_for("public.register")
    _add(item, "link", "", rel="alternate", href=_full(target), type="text/html")
    _add(item, "summary", _said(one))


def _said(one: News) -> str:
    if one.what == "left":
        return str(gettext("An entry no longer stands in the register"))
    if one.what == "appeared":
        return str(gettext("New in the register: %(name)s", name=one.name))
    fields = ", ".join(str(PUBLIC_TITLES.get(field, field)) for field in one.fields)
    return str(gettext("%(name)s: changed are %(fields)s", name=one.name, fields=fields))


def _add(parent: Xml.Element, tag: str, text: str, **attributes: Any) -> None:
    Xml.SubElement(parent, tag, attributes).text = text or None
