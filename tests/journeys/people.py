"""The people of a journey, each in front of a browser of their own: an applicant, somebody in the office, a head.

They find forms by their address and controls by their name, which are the same in every language; each page that
they come past is looked at: it must not scroll sideways, and the browser must not complain.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, FilePayload, Locator
from sqlalchemy import select

from admission.cases.actions import save_answers
from admission.cases.models import Case
from admission.casework.outbox import letter
from admission.demo import papers
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from admission.rulebook.queries import rulebook
from tests.journeys.conftest import City
from tests.journeys.visitor import Manner, Visitor

DEFAULT_BUTTON = "button[type=submit]:not([name]):not([formaction])"
CODE = re.compile(r"\b(\d{3}) (\d{3})\b")


class Person(Visitor):
    """Somebody who reads pages, fills in forms and presses their buttons."""

    def __init__(self, chromium: Browser, city: City, manner: Manner, network: str = "127.0.0.1") -> None:
        self.faults: list[str] = []
        super().__init__(chromium, city, manner, network)
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda said: self._complains(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._complains(str(error)))

    def opens(self, path: str) -> "Person":
        """Go to an address of ours, and look at the page."""
        super().opens(path)
        self._looks()
        return self

    def follows(self, link: Locator) -> None:
        """Follow a link."""
        with self.page.expect_navigation():
            link.click()
        self._looks()

    def form(self, action: str) -> Locator:
        """The form that goes to a path with this ending, whatever it carries along."""
        return self.page.locator(f'main form:is([action$="{action}"], [action*="{action}?"])')

    def presses(self, action: str, button: str = DEFAULT_BUTTON) -> None:
        """Send the form that goes to an address with this ending; it must not come back with errors."""
        self.follows(self.form(action).locator(button))
        problems = self.page.locator("main [role=alert]")
        assert problems.count() == 0, f"{self.page.url}: {problems.first.inner_text()}"

    def writes(self, name: str, text: str) -> None:
        """Fill in a text."""
        self.page.locator(f'main [name="{name}"]').fill(text)

    def chooses(self, name: str, value: str) -> None:
        """Choose one of several by a click on its words, as people do."""
        option = self.page.locator(f'main [name="{name}"][value="{value}"]')
        self.page.locator(f'main label[for="{option.get_attribute("id")}"]').click()
        assert option.is_checked(), f"{name}: {value}"

    def reads(self) -> str:
        """The words of the page; spaces that keep words together are spaces."""
        return self.page.locator("main").inner_text().replace("\u00a0", " ")

    def path(self) -> str:
        """Where this person stands, without a query."""
        return self.page.url.removeprefix(self.city.address).partition("?")[0].partition("#")[0]

    def _looks(self) -> None:
        if self.overflows():
            self._complains("scrolls sideways")

    def _complains(self, text: str) -> None:
        self.faults.append(f"{self.path()} ({self.manner.name}): {text}")


class Applicant(Person):
    """Somebody who speaks for an organisation, from the first mail to the notice."""

    def __init__(
        self, chromium: Browser, city: City, manner: Manner, network: str, address: str, name: str,
        answers: Mapping[str, Any],
    ) -> None:  # fmt: skip
        super().__init__(chromium, city, manner, network)
        self.address, self.name, self.answers = address, name, answers
        self.number = ""

    def signs_in(self) -> None:
        """Ask for the mail, and type its code."""
        self.opens("/antrag")
        self.writes("address", self.address)
        self.presses("/anmelden")
        self.writes("code", self._mailed_code())
        self.presses("/anmelden/code")
        assert self.path() == "/antrag"

    def begins(self) -> None:
        """Read the privacy notice and open a draft."""
        self.follows(self.page.locator('main a[href="/antrag/datenschutz"]').first)
        self.presses("/antrag/datenschutz")

    def comes_back(self) -> None:
        """Open the draft again on another day; everything was answered meanwhile."""
        draft = self.path().rpartition("/")[2]
        with self.city.app.app_context():
            writing()
            case = db.session.get_one(Case, UUID(draft))
            save_answers(db.session(), case, rulebook(case.edition), self.answers)
            db.session.commit()
        self.opens("/antrag")
        self.follows(self.page.locator(f'main a[href$="{draft}"]').first)

    def fills_in_everything(self, *, papers_come_later: bool = False) -> None:
        """Go on from section to section, question to question, until everything can be checked."""
        for _page in range(80):
            path = self.path()
            if path.endswith("/pruefen"):
                return
            if path.endswith("/unterlagen"):
                self._brings_papers(papers_come_later)
            elif path.endswith("/erklaerungen"):
                self._declares()
            elif path.count("/") == 5:
                self._answers(path)
            else:
                self.follows(self.page.locator("main .app-actions a.kern-btn"))
        raise AssertionError(f"no end of questions: {self.page.url}")

    def submits(self) -> str:
        """Confirm with the name; gives the number of the case."""
        assert str(self.answers["organisation_name"]) in self.reads()
        self.writes("name", self.name)
        self.presses("/pruefen")
        assert self.path().endswith("/eingegangen"), self.page.url
        self.number = self.path().split("/")[2]
        return self.number

    def looks_up(self) -> str:
        """The words on the page of the own application."""
        self.opens(f"/antrag/{self.number}")
        return self.reads()

    def opens_the_letter(self) -> str:
        """Open the letter that waits; gives its words."""
        self.looks_up()
        self.follows(self.page.locator('main form[action*="/bescheide/"]').locator(DEFAULT_BUTTON))
        assert self.page.locator("main article.app-letter").count() == 1
        return self.reads()

    def hands_in(self, criterion: str, kind: str, text: str) -> None:
        """Answer what was asked for, with a paper and a sentence."""
        self.looks_up()
        self.follows(self.page.locator(f'main a[href="/antrag/{self.number}/nachforderung"]').first)
        if self.page.locator(f'main [name="kind_{criterion}"]').count():
            self.chooses(f"kind_{criterion}", kind)
        self.page.locator(f'main [name="files_{criterion}"]').set_input_files(_paper(kind))
        self.writes(f"text_{criterion}", text)
        self.presses("/nachforderung")

    def states(self, **says: str) -> None:
        """Say something to each point of the hearing."""
        self.looks_up()
        self.follows(self.page.locator(f'main a[href="/antrag/{self.number}/anhoerung"]').first)
        for criterion, text in says.items():
            self.chooses(f"answer_{criterion}", "different")
            self.writes(f"text_{criterion}", text)
        self.presses("/anhoerung")

    def withdraws(self) -> None:
        """Withdraw, without a reason."""
        self.looks_up()
        self.page.locator("main details", has=self.page.locator('a[href$="/zurueckziehen"]')).locator("summary").click()
        self.follows(self.page.locator('main a[href$="/zurueckziehen"]'))
        self.presses("/zurueckziehen")

    def _mailed_code(self) -> str:
        with self.city.app.app_context():
            rows = db.session.scalars(select(Mail).where(Mail.template == "sign_in").order_by(Mail.queued_at.desc()))
            letters = (letter(db.session(), row) for row in rows)
            found = next(one for one in letters if one is not None and one.address == self.address)
        code = CODE.search(found.body)
        assert code is not None, found.body
        return code[1] + code[2]

    def _answers(self, path: str) -> None:
        value = self.answers.get(path.rpartition("/")[2])
        if isinstance(value, list):
            for row in value:
                self.writes("what", row["what"])
                self.writes("on", typed(row["on"]))
                self.chooses("where", row["where"])
                self.presses(path, "button[value=mehr]")
        elif value is not None and self.page.locator("main [name=answer][type=radio]").count():
            self.chooses("answer", typed(value))
        elif value is not None:
            self.writes("answer", typed(value))
        self.presses(path)

    def _declares(self) -> None:
        for name in self.page.locator("main [type=radio]").evaluate_all(
            "all => [...new Set(all.map(one => one.name))]"
        ):
            self.chooses(name, typed(self.answers[name]))
        self.presses("/erklaerungen")

    def _brings_papers(self, later: bool) -> None:
        forms = self.page.locator("main form:has(button[value=spaeter])")
        while forms.count():
            form = forms.first
            if later:
                self.follows(form.locator("button[value=spaeter]"))
                continue
            kinds = form.locator("[name=kind]")
            kind = kinds.first.get_attribute("value") or ""
            form.locator("[type=file]").set_input_files(_paper(kind))
            self.follows(form.locator(DEFAULT_BUTTON))
        assert self.page.locator("main [role=alert]").count() == 0
        self.follows(self.page.locator("main .app-actions > a.kern-btn"))


class Staff(Person):
    """Somebody of the office, signed in by the demo's button."""

    def __init__(self, chromium: Browser, city: City, manner: Manner, name: str) -> None:
        super().__init__(chromium, city, manner)
        self.name = name
        self.enters_as(name)
        self._looks()

    def opens_case(self, number: str, part: str = "") -> None:
        """Open a case; before the first time, declare that there is no conflict of interest."""
        case = f"/buero/vorgaenge/{number}"
        self.opens(case)
        if self.form("/befangenheit").count():
            self.chooses("conflict", "none")
            self.presses("/befangenheit")
        if part:
            self.opens(case + part)
            assert self.path().startswith(case + part), f"{self.name} was led to {self.path()}"

    def takes_on(self, number: str) -> None:
        """Claim the case and answer as a person."""
        self.opens("/buero")
        self.opens_case(number)
        self.presses("/uebernehmen")
        self.presses("/schritte/acknowledge")

    def finds_complete(self, number: str) -> None:
        """Everything that was asked for is there."""
        self._checks(number, {})
        self.presses("/vollstaendigkeit/bestaetigen")

    def asks_for(self, number: str, **missing: str) -> None:
        """Something is missing: ask for it in one letter."""
        self._checks(number, missing)
        self.presses("/vollstaendigkeit/nachfordern")

    def assesses(self, number: str, **deviations: tuple[str, str]) -> None:
        """Go through all criteria; those not named are met."""
        self.opens_case(number, "/pruefung")
        for _criterion in range(20):
            if "/pruefung/" not in self.path():
                return
            code = self.path().rpartition("/")[2]
            outcome, reason = deviations.get(code, ("met", ""))
            self.chooses("outcome", outcome)
            self.writes("reason", reason)
            self.presses(f"/pruefung/{code}")
        raise AssertionError(f"no end of criteria: {self.page.url}")

    def proposes(self, number: str, outcome: str, reasons: str) -> None:
        """Look at the letter first, then propose."""
        self.opens_case(number, "/vorschlag")
        self.chooses("outcome", outcome)
        self.writes("reasons", reasons)
        self.presses("/vorschlag", "button[value=vorschau]")
        assert self.page.locator("main .app-letter").count() == 1
        self.presses("/vorschlag")

    def opens_the_hearing(self, number: str) -> None:
        """Send the letter of the hearing."""
        self.opens_case(number, "/anhoerung")
        self.presses("/anhoerung/beginnen")

    def weighs(self, number: str, outcome: str, reasons: str, **answers: str) -> None:
        """Answer each point of the statement and propose anew."""
        self.opens_case(number, "/anhoerung")
        for criterion, text in answers.items():
            self.writes(f"{criterion}-weighing", text)
        self.chooses("outcome", outcome)
        self.writes("reasons", reasons)
        self.presses("/anhoerung/wuerdigung")

    def signs(self, number: str) -> None:
        """Give the second signature."""
        self.opens_case(number, "/mitzeichnung")
        self.chooses("decision", "sign")
        self.presses("/mitzeichnung")

    def sends_back(self, number: str, reason: str) -> None:
        """Return the proposal with a reason."""
        self.opens_case(number, "/mitzeichnung")
        self.chooses("decision", "return")
        self.writes("reason", reason)
        self.presses("/mitzeichnung")

    def cannot_sign(self, number: str) -> bool:
        """Whether the page offers this person nothing to sign, and says why."""
        self.opens_case(number, "/mitzeichnung")
        return not self.page.locator("[name=decision]").count() and self.page.locator("main .app-why").count() > 0

    def _checks(self, number: str, missing: Mapping[str, str]) -> None:
        self.opens_case(number, "/vollstaendigkeit")
        notes = self.page.locator('main [name$="-note"]').evaluate_all("all => all.map(one => one.name)")
        for code in [name.removesuffix("-note") for name in notes]:
            self.chooses(f"{code}-verdict", "missing" if code in missing else "there")
            if code in missing:
                self.page.locator(f'main details:has([name="{code}-note"]):not([open]) > summary').click()
                self.writes(f"{code}-note", missing[code])
        if notes:
            self.presses("/vollstaendigkeit")


def typed(value: Any) -> str:
    """An answer as somebody types it: yes or no, a day as 3.9.2026, anything else as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        day = date.fromisoformat(value)
        return f"{day.day}.{day.month}.{day.year}"
    return str(value)


def _paper(kind: str) -> FilePayload:
    return {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": papers.paper(kind, "Musterfeld")}
