"""People of the office before the browser: each signed in, each sending what the page in front of them carries."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from admission.cases.models import Case
from admission.city.actions import load_preset
from admission.ground.db import db, writing
from admission.people.models import Account
from tests.office import Office
from tests.web.applicant.desk import carried
from tests.web.browser import Browser

CITY = Path(__file__).parents[3] / "presets" / "musterfeld" / "city.toml"
CASE = "/buero/vorgaenge/{number}"


@dataclass
class Person:
    """One member of staff at the desk."""

    browser: Browser
    account: UUID

    def opens(self, path: str = "", case: Case | None = None) -> TestResponse:
        """GET a page of the desk, or of a case."""
        return self.browser.signs_in(self.account).get(_address(path, case))

    def fills(self, path: str, case: Case | None = None, *, at: str | None = None, **entries: Any) -> TestResponse:
        """Open the page `at` (that of the form) and send its form that goes to `path` with these entries."""
        shown = self.opens(path if at is None else at, case)
        assert shown.status_code == 200, (path, at, shown.status_code)
        return self.sends(path, case, carried(shown, _address(path, case)), **entries)

    def sends(self, path: str, case: Case | None, carries: dict[str, Any], **entries: Any) -> TestResponse:
        """POST what the page carried, and entries; a name with `__` stands for one with `-`."""
        named = {name.replace("__", "-"): value for name, value in entries.items()}
        return self.browser.signs_in(self.account).sends(_address(path, case), carries | named)


@dataclass
class Desk:
    """The office with its people, a city and an edition, before one browser."""

    browser: Browser
    office: Office = field(default_factory=Office)

    def __post_init__(self) -> None:
        writing()
        load_preset(CITY)
        for account, name in ((self.office.clerk, "Jorinde Falk"), (self.office.head, "Tarik Sommerfeld")):
            row = db.session.get_one(Account, account)
            row.name, row.factor = name, b"sealed elsewhere"
        db.session.commit()
        self.clerk = Person(self.browser, self.office.clerk)
        self.head = Person(self.browser, self.office.head)

    def case(self, case_id: UUID) -> Case:
        """The case as it stands now."""
        db.session.rollback()
        found = db.session.get_one(Case, case_id)
        db.session.refresh(found)
        return found

    def declares(self, person: Person, case: Case, conflict: str = "none") -> TestResponse:
        """Declare at the desk whether there is a conflict of interest."""
        return person.fills("/befangenheit", case, conflict=conflict)


def _address(path: str, case: Case | None) -> str:
    return CASE.format(number=case.number) + path if case is not None else f"/buero{path}"
