"""Two inquiries of the council in the fictional city: one answered, one that came back from the second signature."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from admission.city.queries import settings
from admission.ground import clock
from admission.ground.db import db, writing
from admission.inquiries import actions, queries, rules
from admission.inquiries.actions import Asked, Text
from admission.inquiries.models import Inquiry
from admission.reports import answers
from admission.rulebook.edition import Rulebook

Act = tuple[int, int, Callable[[], None]]
FIRST = """1. Wie wurde die Zahl von etwa 70 Migrantenselbstorganisationen ermittelt, und wie wird sie aktuell gehalten?
2. Nach welchen Maßstäben, Kriterien und Verfahren wird in das Netzwerk aufgenommen, und wie wird gleiche Teilhabe \
gesichert?
3. Besucht und berät das Kommunale Integrationszentrum die Organisationen regelmäßig?"""
SECOND = """1. Wie viele Organisationen können zurzeit angeschrieben werden, und wie wird das aktuell gehalten?
2. Wie viele Organisationen wurden in den letzten 24 Monaten besucht?"""
RETURNED = (
    "Bitte bei Teil 2 sagen, wer abgelehnt hat und wer nur nicht erreicht wurde. Das sind zwei verschiedene Dinge."
)

BEFORE = "Wie viele besucht wurden, steht unten. Die übrigen wollten keinen Besuch oder waren nicht zu erreichen."
AFTER = "Wie viele besucht wurden, steht unten. Wer ein Angebot abgelehnt hat, wird noch nicht erfasst."


@dataclass
class Asking:
    """One question on its way, with the people of the city by name."""

    book: Rulebook
    resolution: str
    people: Mapping[str, UUID]
    id: UUID | None = None

    def prepares(self, title: str, question: str, days_to_answer: int) -> None:
        """A member of the council writes it down."""
        city = settings(clock.today())
        assert city is not None
        last = clock.today() + timedelta(days=days_to_answer)
        asked = Asked(title, city.council, question, last + timedelta(days=6), last)
        writing()
        self.id = actions.prepare(db.session(), asked, by=self.people["Renate Vogelsang"]).id
        db.session.commit()

    def files(self, number: str) -> None:
        """The secretariat files it with the number that the council's office assigned."""
        actions.file(db.session(), self._row(), number, by=self.people["Udo Kranich"], role="secretariat")
        db.session.commit()

    def begins(self) -> None:
        """The office splits it; the templates fill themselves."""
        row = self._row()
        parts = rules.split(row.question)
        drafts = {part: self._template(part) for part in parts}
        actions.begin(db.session(), row, parts, drafts, by=self.people["Jorinde Falk"])
        db.session.commit()

    def writes(self, part: int, text: str) -> None:
        """The clerk changes the text of one part."""
        row = self._row()
        said = queries.said(db.session(), queries.versions(db.session(), row.id)[-1].id)
        texts = [Text(one.part, text if one.position == part else one.text, one.limits, one.figures) for one in said]
        actions.write(db.session(), row, texts, by=self.people["Jorinde Falk"])
        db.session.commit()

    def hands_over(self) -> None:
        """To the second signature."""
        actions.hand_over(db.session(), self._row(), by=self.people["Jorinde Falk"])
        db.session.commit()

    def comes_back(self, reason: str) -> None:
        """The second person returns it."""
        actions.send_back(db.session(), self._row(), reason, by=self.people["Tarik Sommerfeld"])
        db.session.commit()

    def signs(self) -> None:
        """A second person of the office signs."""
        actions.sign(db.session(), self._row(), by=self.people["Ilse Brandt-Mokri"])
        db.session.commit()

    def releases(self) -> None:
        """The head releases it with the figures of this day."""
        row, today, city = self._row(), clock.today(), settings(clock.today())
        assert city is not None
        version = queries.versions(db.session(), row.id)[-1]
        said = queries.said(db.session(), version.id)
        found = answers.figures(db.session(), self.book, [key for one in said for key in one.figures], today)
        paper = answers.document(
            row, version.number, "", said, found, self.book, city=city.name, office=city.office, on=today
        )
        actions.release(db.session(), row, paper, by=self.people["Tarik Sommerfeld"], role="approver", approver=True)
        db.session.commit()

    def _row(self) -> Inquiry:
        writing()
        assert self.id is not None
        return actions.lock(db.session(), self.id)

    def _template(self, part: str) -> Text | None:
        made = answers.drafted(rules.template_for(part), self.book, self.resolution)
        return Text(self.people["Jorinde Falk"], made.text, made.limits, made.figures) if made else None


def acts(book: Rulebook, resolution: str, people: Mapping[str, UUID]) -> Iterator[Act]:
    """(days ago, hour, act) of both inquiries; days of one weekend are moved to one Friday, where hours keep order."""
    first, second = Asking(book, resolution, people), Asking(book, resolution, people)
    yield 47, 9, lambda: first.prepares("Zahl, Aufnahme und Besuche", FIRST, 36)
    yield 46, 11, lambda: first.files("0102/2025-2030")
    yield 40, 10, first.begins
    yield 30, 11, first.hands_over
    yield 25, 14, first.signs
    yield 18, 15, first.releases
    yield 14, 9, lambda: second.prepares("Ansprechpersonen und Besuche", SECOND, 24)
    yield 13, 11, lambda: second.files("0118/2025-2030")
    yield 10, 9, second.begins
    yield 8, 10, lambda: second.writes(2, BEFORE)
    yield 7, 12, second.hands_over
    yield 4, 14, lambda: second.comes_back(RETURNED)
    yield 3, 15, lambda: second.writes(2, AFTER)
