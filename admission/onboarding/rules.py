"""Which tasks follow an admission, and until when; after the edition's register part."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from admission.procedure import deadlines as periods
from admission.rulebook.edition import Rulebook

# Key of the edition's `[onboarding]` -> the task's code, its length's unit.
TASKS = (
    ("mailing_list_within_working_days", "mailing_list", "working_days"),
    ("welcome_talk_within_weeks", "welcome_talk", "weeks"),
    ("profile_within_weeks", "profile", "weeks"),
    ("first_visit_within_months", "first_visit", "months"),
)
OBLIGATION = "obligation"


def tasks(book: Rulebook, obligations: Sequence[Mapping[str, Any]], day: date) -> list[dict[str, Any]]:
    """The dated tasks of an admission decided on `day`: code, text, due_on; obligations among them."""
    onboarding = book.register.get("onboarding", {})
    found: list[dict[str, Any]] = [
        {
            "code": code,
            "text": "",
            "due_on": periods.due(day, onboarding[key], unit, book.calendar, book.no_end_between),
        }
        for key, code, unit in TASKS
        if key in onboarding
    ]
    for item in obligations:
        found.append({"code": OBLIGATION, "text": item["text"], "due_on": date.fromisoformat(item["due_on"])})
    return found
