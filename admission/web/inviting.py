"""What the two desks that invite share: whom to choose, what to write, and the words for what became of it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import ValidationError

from admission.casework import inviting
from admission.casework.inviting import ACCOUNT, PUBLISHED, Choice, Found, Reach
from admission.correspondence import actions, queries, rules
from admission.correspondence.actions import Words, Written
from admission.correspondence.models import Invitation
from admission.correspondence.queries import Line
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.people.queries import Person
from admission.people.roles import Role
from admission.register.sets import SetRule, rules_of
from admission.rulebook.edition import Rulebook
from admission.web.access import loads
from admission.web.fields import CommandForm, Count, Day, Email, Lines, PublicForm, Text, one_line
from admission.web.page import current_page, language

LONGEST_TEXT = 6000
STATES = {
    rules.DRAFT: ("rest", lazy_gettext("being written")),
    rules.WAITING: ("us", lazy_gettext("waits for approval")),
    rules.SENT: ("done", lazy_gettext("sent")),
    rules.STOPPED: ("no", lazy_gettext("stopped")),
}
"""State of an invitation -> (kind of mark, words)."""
DELIVERIES = {
    "none": ("none", lazy_gettext("not reached")),
    "to_post": ("us", lazy_gettext("to be posted")),
    "posted": ("them", lazy_gettext("in the post")),
    "queued": ("rest", lazy_gettext("waits to leave")),
    "retried": ("rest", lazy_gettext("is tried again")),
    "sent": ("them", lazy_gettext("sent")),
    "failed": ("no", lazy_gettext("turned away")),
    "stopped": ("none", lazy_gettext("stopped")),
}
"""What became of one recipient's post -> (kind of mark, words)."""
WAYS = {
    rules.MAIL: lazy_gettext("E-mail"),
    rules.POST: lazy_gettext("Post"),
    rules.NONE: lazy_gettext("by no way"),
}
WHY_NOT = {
    rules.OPTED_OUT: lazy_gettext("It wants no invitations. We heed that."),
    "objected": lazy_gettext("Its contact does not want to be written to. We heed that."),
    "not_agreed": lazy_gettext("We know an address, but nobody has agreed to be written to yet."),
    "no_address": lazy_gettext("We know no address."),
}
"""Why an organisation is not reached, in words for everybody."""
BASES = {
    "application": lazy_gettext("address of its own application"),
    "consent": lazy_gettext("agreed to be written to"),
    "public": lazy_gettext("publishes its address itself"),
    "request": lazy_gettext("asked for it"),
    ACCOUNT: lazy_gettext("account of who speaks for it"),
    PUBLISHED: lazy_gettext("mailbox shown by its own consent"),
}
LANGUAGE_NAMES = {
    "de": lazy_gettext("German"),
    "en": lazy_gettext("English"),
    "ar": lazy_gettext("Arabic"),
    "fr": lazy_gettext("French"),
    "ru": lazy_gettext("Russian"),
    "tr": lazy_gettext("Turkish"),
    "uk": lazy_gettext("Ukrainian"),
}
ANSWERS = {
    rules.COMES: lazy_gettext("comes"),
    rules.DECLINES: lazy_gettext("does not come"),
}
PICKS = ("within", "fields", "districts", "languages")
GET_NAMES = {"within": "menge", "fields": "feld", "districts": "bezirk", "languages": "sprachen"}
"""What is chosen -> its name in addresses."""


class InvitationForm(CommandForm):
    """What is written, in German and in whatever other language; the choice of recipients is carried along."""

    event_on = Day(lazy_gettext("Day of the event"))
    place = Text(lazy_gettext("Time and place"), limit=300)
    reply_until = Day(lazy_gettext("Please reply until"))
    reply_to = Email(lazy_gettext("Mailbox for questions"))

    def validate_event_on(self, field: Field) -> None:
        """A day to come."""
        if field.data and field.data < clock.today():
            raise ValidationError(gettext("This day is over already. Please give a day to come."))

    def validate_reply_until(self, field: Field) -> None:
        """Not after the event, and only if there is one."""
        if field.data and not self.event_on.data:
            raise ValidationError(gettext("There is nothing to reply to without the day of an event."))
        if field.data and self.event_on.data and field.data > self.event_on.data:
            raise ValidationError(gettext("Please give a day up to that of the event."))

    def texts(self) -> dict[str, Words]:
        """Language -> what is said in it."""
        return {
            code: Words(self[f"subject_{code}"].data or "", self[f"text_{code}"].data or "")
            for code in rules.LANGUAGES
            if self[f"text_{code}"].data
        }

    def other_languages(self) -> list[tuple[str, Any, Any]]:
        """(language, field of the subject, field of the text) of every language beside German."""
        return [(code, self[f"subject_{code}"], self[f"text_{code}"]) for code in rules.LANGUAGES[1:]]

    def written(self) -> Written:
        """What the form says."""
        chosen = choice_sent()
        return Written(
            self.texts(), chosen.within, chosen.fields, chosen.districts, chosen.languages, self.event_on.data,
            self.place.data or "", self.reply_until.data, self.reply_to.data or "",
        )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """In each further language both are written or neither."""
        fine = bool(super().validate(extra_validators))
        for _, subject, text in self.other_languages():
            if bool(subject.data) != bool(text.data):
                lacking = text if subject.data else subject
                lacking.errors = [
                    *lacking.errors,
                    gettext("Please write subject and text in this language, or neither."),
                ]
                fine = False
        return fine


class ApprovalForm(CommandForm):
    """Who approved the council's invitation, and on which day."""

    approved_by = Text(
        lazy_gettext("Who approved it?"), required=lazy_gettext("Please say who approved it."), limit=200
    )
    approved_on = Day(lazy_gettext("On which day?"), required=lazy_gettext("Please give the day."))

    def validate_approved_on(self, field: Field) -> None:
        """Not in the future."""
        if field.data and field.data > clock.today():
            raise ValidationError(gettext("This day has not come yet. Please give a day up to today."))


@dataclass(frozen=True)
class Offer:
    """What can be chosen: (value, title) pairs, and what is chosen now."""

    sets: list[tuple[str, str]]
    fields: list[tuple[str, str]]
    districts: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    chosen: Choice

    def carried(self) -> list[tuple[str, str]]:
        """(name, value) of hidden inputs by which a form carries the choice along."""
        one = [("within", self.chosen.within)] if self.chosen.within else []
        many = ((name, value) for name in PICKS[1:] for value in getattr(self.chosen, name))
        return [*one, *many]

    def said(self) -> list[str]:
        """What is chosen, in words."""
        sets, fields = dict(self.sets), dict(self.fields)
        return [
            *([sets[self.chosen.within]] if self.chosen.within in sets else []),
            *(fields.get(code, code) for code in self.chosen.fields),
            *self.chosen.districts,
            *self.chosen.languages,
        ]


@dataclass(frozen=True)
class Counts:
    """How many the choice fits, and how they are reached."""

    chosen: int
    mail: int
    post: int
    none: int


@loads("organisation_invitation")
def load_invitation(value: UUID, person: Person, role: Role, *, locked: bool) -> Invitation:
    """The office's own and what the council sent; for the council its own, drafts for author and secretariat alone."""
    session = db.session()
    found = actions.lock(session, value) if locked else queries.invitation(session, value)
    if role in (Role.COUNCIL, Role.SECRETARIAT):
        own = found.made_by == person.id or Role.SECRETARIAT in person.roles
        seen = found.audience == rules.COUNCIL and (own or found.state in (rules.SENT, rules.STOPPED))
    else:
        seen = found.audience == rules.OFFICE or found.state in (rules.SENT, rules.STOPPED)
    if not seen:
        raise NotFound
    return found


def book() -> Rulebook:
    """The edition in force; raises `NotFound` without one."""
    current = current_page().in_force
    if current is None:
        raise NotFound
    return current.rulebook


def sets() -> Sequence[SetRule]:
    """The sets of the edition in force."""
    return rules_of(book().register)


def choice_sent() -> Choice:
    """The choice that a form carried along."""
    return _choice(lambda name: request.form.getlist(name))


def choice_asked() -> Choice:
    """The choice that the address names."""
    return _choice(lambda name: request.args.getlist(GET_NAMES[name]))


def choice_now(row: Invitation | None) -> Choice:
    """What is chosen on the page at hand: by its form, by its address, or by the invitation kept so far."""
    if request.method == "POST":
        return choice_sent()
    asked = any(name in request.args for name in GET_NAMES.values()) or "auswahl" in request.args
    return inviting.choice_of(row) if row is not None and not asked else choice_asked()


def offer(chosen: Choice) -> Offer:
    """What can be chosen."""
    held, now = book(), language()
    districts, languages = inviting.offered(db.session())
    codes = held.facts["field"]["options"]
    return Offer(
        [(one.name, held.text(f"set.{one.name}.title", now)) for one in sets()],
        [(code, held.text(f"fact.field.option.{code}", now)) for code in codes],
        [(value, value) for value in districts],
        [(value, value) for value in languages],
        chosen,
    )


def counts(found: Iterable[Found]) -> Counts:
    """How they are reached, in numbers."""
    ways = [one.reach.way for one in found]
    return Counts(len(ways), ways.count(rules.MAIL), ways.count(rules.POST), ways.count(rules.NONE))


def form_for(row: Invitation | None = None) -> InvitationForm:
    """The form with a subject and a text for each language, filled with what was kept."""
    kept = queries.texts(db.session(), row.id) if row is not None else {}
    fields: dict[str, Any] = {}
    for code in rules.LANGUAGES:
        german = code == rules.GERMAN
        fields[f"subject_{code}"] = Text(
            gettext("Subject"), limit=200, required=gettext("Please write a subject.") if german else False,
            default=kept[code].subject if code in kept else None,
        )  # fmt: skip
        fields[f"text_{code}"] = Lines(
            gettext("Text"), limit=LONGEST_TEXT, required=gettext("Please write a text.") if german else False,
            default=kept[code].text if code in kept else None,
        )  # fmt: skip
    made: InvitationForm = type("WrittenForm", (InvitationForm,), fields)(
        obj=row, seen=row.revision if row is not None else None
    )
    return made


def seen_form(kind: type[CommandForm]) -> Callable[..., CommandForm]:
    """Makes a form that carries the revision that the page showed."""
    return lambda organisation_invitation: kind(seen=organisation_invitation.revision)


def left_out(found: Iterable[Found]) -> set[UUID]:
    """Whose tick was taken away on the page that was sent."""
    kept = set(request.form.getlist("an"))
    return {one.id for one in found if one.reach.way != rules.NONE and str(one.id) not in kept}


def by_reach(found: Sequence[Found]) -> list[tuple[str, list[Found]]]:
    """(way, organisations), those who are not reached first."""
    return [
        (way, rows)
        for way in (rules.NONE, rules.MAIL, rules.POST)
        if (rows := [one for one in found if one.reach.way == way])
    ]


def previews(row: Invitation, found: Sequence[Found]) -> list[tuple[str, str, str, str]]:
    """(language, organisation, subject, text) of one example for each language that is read."""
    texts = queries.texts(db.session(), row.id)
    examples: dict[str, Found] = {}
    for one in found:
        if one.reach.way != rules.NONE:
            read = one.reach.language if one.reach.language in texts else rules.GERMAN
            examples.setdefault(read, one)
    for code in texts:
        examples.setdefault(code, Found(row.id, str(gettext("an organisation")), Reach(rules.MAIL, code, "consent")))
    order = [code for code in rules.LANGUAGES if code in examples]
    return [(code, examples[code].name, *inviting.preview(row, texts, book(), examples[code])) for code in order]


def by_answer(lines: Sequence[Line]) -> dict[str, int]:
    """Numbers of a sent invitation."""
    return {
        "chosen": len(lines),
        "reached": sum(one.delivery in ("sent", "posted") for one in lines),
        "open": sum(one.delivery in ("queued", "retried", "to_post") for one in lines),
        "failed": sum(one.delivery in ("failed", "stopped") for one in lines),
        "none": sum(one.delivery == "none" for one in lines),
        "answered": sum(one.recipient.answer is not None for one in lines),
        "coming": sum(one.recipient.people for one in lines),
    }


def attendance_form(lines: Sequence[Line]) -> PublicForm:
    """A number for each organisation that was reached."""
    fields = {
        f"people-{one.recipient.id}": Count(one.name, most=rules.MOST_PEOPLE, default=one.recipient.attended)
        for one in lines
    }
    made: PublicForm = type("AttendanceForm", (PublicForm,), fields)()
    return made


def attended(form: PublicForm, lines: Sequence[Line]) -> dict[UUID, int | None]:
    """Recipient -> how many were there."""
    return {one.recipient.id: form[f"people-{one.recipient.id}"].data for one in lines}


def names_for(audience: str, ids: Collection[UUID]) -> set[UUID]:
    """Whose names this audience may read."""
    return inviting.named(db.session(), audience, ids)


def _choice(values: Callable[[str], list[str]]) -> Choice:
    """Only what can be chosen: an address typed by hand chooses nothing else."""
    within = next(iter(_lines(values("within"))), "")
    codes = book().facts["field"]["options"]
    return Choice(
        within if within in {one.name for one in sets()} else "",
        tuple(code for code in _lines(values("fields")) if code in codes),
        _lines(values("districts")),
        _lines(values("languages")),
    )


def _lines(values: Iterable[str]) -> tuple[str, ...]:
    """Cleaned, each once, in the order given; what cannot be typed is left out."""
    found: dict[str, None] = {}
    for value in list(values)[:50]:
        try:
            found.setdefault(one_line(value[:100]))
        except ValueError:
            continue
    return tuple(value for value in found if value)
