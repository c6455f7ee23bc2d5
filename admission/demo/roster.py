"""The 70 organisations of the fictional city, one a line of `organisations.csv`; everything there is invented.

The table says more than a register may hold: how many members and which staff an organisation has stands only here.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("organisations.csv")
YES = "ja"


@dataclass(frozen=True)
class Organisation:
    """One line; `state` is where it stands on the day of loading, `person` whom the office's list names."""

    name: str
    field: str
    form: str
    members: int
    district: str
    """Where it works; empty: its seat lies outside."""
    founded: int
    staff: str
    languages: str
    state: str
    confirmed: bool
    """Within the last 12 months."""
    published: bool
    visited: bool
    """Within the last 24 months."""
    person: str

    @property
    def is_of_the_network(self) -> bool:
        """Whether the office has kept it as network before there were rules: it never applied."""
        return bool(self.person)


@cache
def organisations() -> Mapping[str, Organisation]:
    """Name -> organisation, in the order of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["name"]: _read(row) for row in csv.DictReader(file, delimiter=";")}


def of_the_network() -> list[Organisation]:
    """Those that the office's list of the former network names; two of them rest and were not taken over."""
    return [one for one in organisations().values() if one.is_of_the_network]


def never_applied() -> list[Organisation]:
    """Those that are known and have not applied, or have a draft that nobody has sent."""
    return [one for one in organisations().values() if one.state in ("known", "draft")]


def applied() -> list[Organisation]:
    """Those that have applied."""
    return [one for one in organisations().values() if not one.is_of_the_network and one not in never_applied()]


def _read(row: Mapping[str, str]) -> Organisation:
    return Organisation(
        name=row["name"],
        field=row["field"],
        form=row["form"],
        members=int(row["members"]),
        district=row["district"],
        founded=int(row["founded"]),
        staff=row["staff"],
        languages=row["languages"],
        state=row["state"],
        confirmed=row["confirmed"] == YES,
        published=row["published"] == YES,
        visited=row["visited"] == YES,
        person=row["person"],
    )
