"""States and quarters in words, as this desk shows them."""

from collections.abc import Iterable

from flask_babel import gettext

from admission.casework.histories import Quarter
from admission.ground import clock
from admission.procedure.definitions import Procedure
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import editions, in_force, rulebook
from admission.web.page import language

ORDER = (
    "received", "completeness", "supplement", "assessment", "proposed", "hearing", "weighed",
    "admitted", "admitted_with_obligations", "admitted_as_guest", "refused", "withdrawn", "closed",
)  # fmt: skip
"""The way of a case, for lists; a state that a later edition adds comes after these."""
ENDS = {"refused": "no", "withdrawn": "rest", "closed": "rest"}
"""Final states that are no admission, and the shape of their mark."""


def present() -> Rulebook | None:
    """The edition by which states are named where no single case is meant: the one in force, else the newest."""
    found = in_force(clock.today())
    if found is not None:
        return found.rulebook
    newest = next(iter(editions()), None)
    return rulebook(newest.digest) if newest else None


def state_title(state: str, book: Rulebook | None = None) -> str:
    """A state's title in the reader's language."""
    book = book or present()
    key = f"state.admission.{state}"
    return book.text(key, language()) if book is not None and book.has_text(key) else state


def state_kind(state: str, book: Rulebook) -> str:
    """The shape of a state's mark: who has the ball, or how it ended."""
    found = _procedure(book).states.get(state)
    if found is None or found.final:
        return ENDS.get(state, "done")
    return "them" if found.ball == "applicant" else "us"


def in_order(states: Iterable[str]) -> list[str]:
    """States in the order of a case's way."""
    return sorted(states, key=lambda state: (ORDER.index(state) if state in ORDER else len(ORDER), state))


def quarter(found: Quarter) -> str:
    """4. Quartal 2026."""
    return str(gettext("Quarter %(number)s of %(year)s", number=found.number, year=found.year))


def _procedure(book: Rulebook) -> Procedure:
    return book.procedure("admission")
