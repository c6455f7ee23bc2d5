"""The city as it is on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from admission.city.models import Setting
from admission.ground.db import db


@dataclass(frozen=True)
class CitySettings:
    """Everything that pages, letters and mails say of the city; an empty text has not been entered yet."""

    name: str = ""
    sample: bool = False
    base_url: str = ""
    council: str = ""
    network: str = "Netzwerk MSO"
    label: str = "MSO"
    office: str = ""
    office_address: str = ""
    return_line: str = ""
    phone: str = ""
    mail: str = ""
    hours: str = ""
    head: str = ""
    head_title: str = ""
    contact_person: str = ""
    court: str = ""
    court_address: str = ""
    data_protection_officer: str = ""
    data_protection_authority: str = ""
    accessibility_feedback: str = ""
    ombuds_office: str = ""
    ombuds_address: str = ""
    ombuds_contact: str = ""
    imprint: str = ""
    postcodes: Sequence[str] = ()
    districts: Sequence[str] = ()
    noindex: bool = False
    origin: str = ""

    @property
    def court_in_full(self) -> str:
        """The court with its address, as a remedy notice names it."""
        return ", ".join(filter(None, (self.court.strip(), self.court_address.strip())))

    @property
    def tel(self) -> str:
        """The phone number for a link: `+492214710145`."""
        digits = "".join(char for char in self.phone if char.isdigit())
        return "+49" + digits.removeprefix("0") if digits.startswith("0") else "+" + digits


NAMES = tuple(field.name for field in fields(CitySettings))


def settings(day: date) -> CitySettings | None:
    """The settings that hold on a day, in one statement; None while no city is set up."""
    values = values_on(day)
    return CitySettings(**values) if values else None


def values_on(day: date) -> dict[str, Any]:
    """Name -> value on a day."""
    rows = db.session.execute(
        select(Setting.name, Setting.value)
        .where(Setting.valid_from <= day, or_(Setting.valid_through.is_(None), Setting.valid_through >= day))
        .order_by(Setting.valid_from, Setting.entry)
    )
    return {name: value for name, value in rows if name in NAMES}


def history(name: str) -> Sequence[Setting]:
    """All values that a setting has had, newest first."""
    return db.session.scalars(
        select(Setting).where(Setting.name == name).order_by(Setting.valid_from.desc(), Setting.entry.desc())
    ).all()


def flattened(preset: Mapping[str, Any]) -> list[tuple[str, Any, date | None, date | None]]:
    """A preset's file as rows (name, value, from, through)."""
    rows: list[tuple[str, Any, date | None, date | None]] = [
        (name, preset[name], None, None)
        for name in ("name", "sample", "base_url", "postcodes", "districts", "noindex")
        if name in preset
    ]
    for body in preset.get("body", ()):
        value = body.get("short") or body["name"]
        rows.append((body["code"], value, _day(body.get("from")), _day(body.get("through"))))
    for table, names in TABLES.items():
        values = preset.get(table, {})
        rows += [(setting, values[key], None, None) for key, setting in names.items() if key in values]
    return rows


TABLES = {
    "office": {
        "name": "office",
        "address": "office_address",
        "return_line": "return_line",
        "phone": "phone",
        "mail": "mail",
        "hours": "hours",
        "head": "head",
        "head_title": "head_title",
        "contact_person": "contact_person",
    },
    "court": {"name": "court", "address": "court_address"},
    "data_protection": {"officer": "data_protection_officer", "authority": "data_protection_authority"},
    "accessibility": {
        "feedback": "accessibility_feedback",
        "ombuds_office": "ombuds_office",
        "ombuds_address": "ombuds_address",
        "ombuds_contact": "ombuds_contact",
    },
    "imprint": {"text": "imprint"},
}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
