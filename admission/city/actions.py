"""Changing what the city says of itself; each change is an entry that names the setting, never its value."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from admission.city.models import Setting
from admission.city.queries import NAMES, flattened, values_on
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Reason, Refused
from admission.log.append import append_house
from admission.log.models import Entry

ALWAYS = date(2000, 1, 1)


def change(name: str, value: Any, *, by: UUID | None, role: str = "admin", valid_from: date | None = None) -> bool:
    """Let a setting hold a new value from a day on (today); False if it holds already. The caller commits.

    Raises `Refused` (`city.unknown_setting`).
    """
    if name not in NAMES:
        raise Refused((Reason("city.unknown_setting", {"name": name}),))
    day = valid_from or clock.today()
    if values_on(day).get(name) == value:
        return False
    append_house(
        db.session(), "city.changed", actor=by, role=role if by else "system", data={"setting": name, "valid_from": day}
    )
    _add(name, value, day, None, by)
    return True


def load_preset(file: Path) -> int:
    """Take the settings of a preset's `city.toml` as the first ones; returns how many. The caller commits."""
    rows = flattened(tomllib.loads(file.read_text(encoding="utf-8")))
    append_house(
        db.session(), "city.changed", actor=None, role="system", data={"setting": "all", "valid_from": clock.today()}
    )
    for name, value, first, through in rows:
        _add(name, value, first or ALWAYS, through, None)
    return len(rows)


def _add(name: str, value: Any, valid_from: date, valid_through: date | None, by: UUID | None) -> None:
    """Add the row of the entry just appended: the log's lock is held until the commit, so the last place is ours."""
    db.session.add(
        Setting(
            name=name,
            value=value,
            valid_from=valid_from,
            valid_through=valid_through,
            changed_by=by,
            changed_at=clock.now(),
            entry=select(func.max(Entry.idx)).scalar_subquery(),
        )
    )
    db.session.flush()
