"""A question on its way through council and office, in the words of the procedure."""

from datetime import date
from typing import Any
from uuid import UUID

from admission.ground import clock
from admission.ground.db import db, writing
from admission.inquiries import actions, queries
from admission.inquiries.actions import Asked, Text
from admission.inquiries.models import Inquiry, Released
from admission.reports import answers
from admission.rulebook.edition import Rulebook
from tests import factories

QUESTION = "1. Wie viele MSO gibt es?\n2. Nach welchen Kriterien wird aufgenommen?"
ASKED = Asked("Zahl und Aufnahme", "Integrationsrat", QUESTION, date(2026, 12, 3), date(2026, 11, 27))
DOCUMENT = {"title": "Zahl und Aufnahme", "parts": [{"text": "Siebzig."}]}


class Way:
    """One inquiry, and who acts on it."""

    def __init__(self) -> None:
        self.member = factories.account(None, "council")
        self.secretary = factories.account(None, "secretariat")
        self.clerk = factories.account(None, "caseworker")
        self.second = factories.account(None, "caseworker")
        self.head = factories.account(None, "approver")
        writing()
        self.id: UUID = actions.prepare(db.session(), ASKED, by=self.member).id
        db.session.commit()

    @property
    def row(self) -> Inquiry:
        """As it stands now, in a write transaction, locked."""
        writing()
        return actions.lock(db.session(), self.id)

    def files(self, number: str | None = None) -> "Way":
        actions.file(db.session(), self.row, number, by=self.secretary, role="secretariat")
        db.session.commit()
        return self

    def begins(self, *questions: str) -> "Way":
        parts = questions or ("Wie viele MSO gibt es?", "Nach welchen Kriterien wird aufgenommen?")
        actions.begin(db.session(), self.row, parts, {}, by=self.clerk)
        db.session.commit()
        return self

    def writes(self, *texts: str, by: UUID | None = None, **more: Any) -> "Way":
        row = self.row
        parts = queries.parts(db.session(), self.id)
        given = [Text(part.id, text) for part, text in zip(parts, texts, strict=True)]
        actions.write(db.session(), row, given, by=by or self.clerk, **more)
        db.session.commit()
        return self

    def hands_over(self) -> "Way":
        actions.hand_over(db.session(), self.row, by=self.clerk)
        db.session.commit()
        return self

    def signs(self) -> "Way":
        actions.sign(db.session(), self.row, by=self.second)
        db.session.commit()
        return self

    def returns(self, reason: str) -> "Way":
        actions.send_back(db.session(), self.row, reason, by=self.second)
        db.session.commit()
        return self

    def answers(self, book: Rulebook) -> "Way":
        """The whole way, with the paper that the office would hand over."""
        self.files("0118/2025-2030").begins().writes("Siebzig.", "Nach zwölf Kriterien.").hands_over().signs()
        row, (version,) = self.row, queries.versions(db.session(), self.id)
        said = queries.said(db.session(), version.id)
        paper = answers.document(
            row,
            1,
            "",
            said,
            {},
            book,
            city="Stadt Musterfeld",
            office="Kommunales Integrationszentrum",
            on=clock.today(),
        )
        self.releases(paper)
        return self

    def releases(self, document: dict[str, Any] | None = None) -> Released:
        made = actions.release(
            db.session(), self.row, document or DOCUMENT, by=self.head, role="approver", approver=True
        )
        db.session.commit()
        return made
