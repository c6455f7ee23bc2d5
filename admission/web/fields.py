"""Forms: fields with their sentences, the cleaning of text, and the two hidden values that every step carries.

The CSRF token is no field here: `web.access` checks it for every signed-in form at once, the `post_form` macro adds it.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import (  # type: ignore[attr-defined]  # its stubs are older than SelectChoice
    BooleanField,
    Field,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from admission.casework.move import Command
from admission.ground.ids import new_id
from admission.ground.text import UnfitText, fit

LINE, LINES = 300, 10_000
GERMAN_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")
YEARS = range(1800, 2200)
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def clean(text: str) -> str:
    """The text as `ground.text.fit` has it; raises ValueError with a sentence in the reader's language."""
    try:
        return fit(text)
    except UnfitText as unfit:
        if unfit.turning:
            raise ValueError(
                gettext(
                    "The text contains invisible characters that turn the reading direction around. "
                    "Please type it once more instead of pasting it."
                )
            ) from None
        raise ValueError(
            gettext("The text contains invisible control characters. Please type it once more instead of pasting it.")
        ) from None


def sayable(text: str) -> bool:
    """Whether a part of an address is text that a name of ours could be; a database would choke on a NUL."""
    try:
        return clean(text) == text
    except ValueError:
        return False


def one_line(text: str) -> str:
    """Cleaned, and every run of white space is one space."""
    return re.sub(r"[ \t\n\u00a0]+", " ", clean(text))


def day_from(text: str) -> date:
    """27.9.2026 or 2026-09-27; raises ValueError for anything else, for days that do not exist, and for other ages."""
    german, iso = GERMAN_DAY.fullmatch(text.strip()), ISO_DAY.fullmatch(text.strip())
    if german:
        day = date(int(german[3]), int(german[2]), int(german[1]))
    elif iso:
        day = date(int(iso[1]), int(iso[2]), int(iso[3]))
    else:
        raise ValueError(text)
    if day.year not in YEARS:  # who reckons with the last day that there is finds none behind it
        raise ValueError(text)
    return day


class Needed(InputRequired):
    """Something has to be entered; `sentence` says what, and says it as a request."""

    def __init__(self, sentence: str | bool) -> None:
        super().__init__()
        self.sentence = None if sentence is True else sentence
        self.field_flags = {"needed": True}  # no `required` attribute: the server answers with its own words

    def __call__(self, form: Any, field: Field) -> None:
        """Raise when nothing but white space was sent."""
        given = [value for value in field.raw_data or [] if getattr(value, "filename", value) and str(value).strip()]
        if not given:
            field.errors = []
            raise StopValidation(str(self.sentence or gettext("Please answer: %(label)s", label=str(field.label.text))))


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _one_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _checks(required: str | bool, *more: Any) -> list[Any]:
    return [Needed(required) if required else Optional(strip_whitespace=True), *more]


def _length(limit: int) -> Length:
    return Length(max=limit, message=lazy_gettext("Please write at most %(limit)s characters.", limit=limit))


class Text(StringField):
    """One line of text, cleaned; `required` is the sentence shown when it is empty."""

    def __init__(
        self,
        label: Any = None,
        *,
        required: str | bool = False,
        limit: int = LINE,
        validators: Sequence[Any] = (),
        **rest: Any,
    ) -> None:
        super().__init__(label, validators=_checks(required, _length(limit), *validators), filters=[_one_line], **rest)


class Lines(TextAreaField):
    """Several lines of text, cleaned."""

    def __init__(
        self,
        label: Any = None,
        *,
        required: str | bool = False,
        limit: int = LINES,
        validators: Sequence[Any] = (),
        **rest: Any,
    ) -> None:
        super().__init__(label, validators=_checks(required, _length(limit), *validators), filters=[_cleaned], **rest)


class Email(Text):
    """An e-mail address; only its shape is judged, whether it works shows when a mail arrives."""

    def __init__(self, label: Any = None, *, required: str | bool = False, **rest: Any) -> None:
        super().__init__(label, required=required, limit=254, validators=[_looks_like_an_address], **rest)


def _looks_like_an_address(form: Any, field: Field) -> None:
    if not re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}", field.data or ""):
        raise ValidationError(gettext("Please give an e-mail address like name@example.org."))


class Day(StringField):
    """A day, typed as 27.9.2026 or 2026-09-27; its data is a `date`."""

    def __init__(
        self,
        label: Any = None,
        *,
        required: str | bool = False,
        past: bool = False,
        validators: Sequence[Any] = (),
        **rest: Any,
    ) -> None:
        super().__init__(label, validators=_checks(required, *validators), **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; raise ValueError with a sentence."""
        self.data: Any = None
        if valuelist and str(valuelist[0]).strip():
            try:
                self.data = day_from(str(valuelist[0]))
            except ValueError:
                raise ValueError(
                    gettext("Please give the day as day, month and year, for example 27.9.2026.")
                ) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.day}.{self.data.month}.{self.data.year}" if self.data else ""


class Count(IntegerField):
    """A whole number from `least` on."""

    def __init__(
        self, label: Any = None, *, required: str | bool = False, least: int = 0, most: int = 1_000_000, **rest: Any
    ) -> None:
        super().__init__(label, validators=_checks(required, _between(least, most)), **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; raise ValueError with a sentence."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if text:
            if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
                raise ValueError(gettext("Please give a whole number, for example 12."))
            self.data = int(text)


def _between(least: int, most: int) -> Any:
    def check(form: Any, field: Field) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(gettext("Please give a number from %(least)s to %(most)s.", least=least, most=most))

    return check


def options(pairs: Any) -> list[SelectChoice] | None:
    """(value, label) pairs as WTForms wants them; also for `form.where.choices = options(…)`."""
    return None if pairs is None else [SelectChoice(value, label) for value, label in pairs]


class Choice(RadioField):
    """Radio buttons; nothing is preselected. `choices`: (value, label) pairs."""

    def __init__(self, label: Any = None, choices: Any = None, *, required: str | bool = False, **rest: Any) -> None:
        super().__init__(label, choices=options(choices), validators=_checks(required), **rest)

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered; no answer is the business of `required`."""
        if self.raw_data and self.raw_data[0] and not any(self.data == value for value, *_ in self.iter_choices()):
            raise ValidationError(gettext("Please choose one of the answers offered."))


class Choices(SelectMultipleField):
    """Check boxes; its data is the list of values ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, choices: Any = None, *, required: str | bool = False, **rest: Any) -> None:
        super().__init__(label, choices=options(choices), validators=_checks(required), **rest)

    def pre_validate(self, form: Any) -> None:
        """Refuse values that were not offered."""
        offered = {value for value, *_ in self.iter_choices()}
        if self.data and not set(self.data) <= offered:
            raise ValidationError(gettext("Please choose one of the answers offered."))


class Pick(SelectField):
    """A drop-down list; only for filter bars."""

    def __init__(self, label: Any = None, choices: Any = None, **rest: Any) -> None:
        super().__init__(label, choices=options(choices), **rest)

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that was not offered."""
        if not any(self.data == value for value, *_ in self.iter_choices()):
            raise ValidationError(gettext("Please choose one of the answers offered."))


class Carried(HiddenField):
    """A whole number that the page carries, such as the version it showed; a broken one is nobody's typing error."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what no page of ours has put there."""
        if self.data and not re.fullmatch(r"\d{1,9}", str(self.data), re.ASCII):
            raise ValidationError(gettext("This form is damaged. Please open the page again."))


class Tick(BooleanField):
    """One check box; never for a declaration."""

    def __init__(self, label: Any = None, *, required: str | bool = False, **rest: Any) -> None:
        super().__init__(label, validators=_checks(required), **rest)


class Files(MultipleFileField):
    """Uploaded files; its data is the list of those that were really chosen. Their content is judged elsewhere."""

    def __init__(self, label: Any = None, *, required: str | bool = False, most: int = 10, **rest: Any) -> None:
        super().__init__(label, validators=_checks(required, _at_most(most)), **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Browsers send an empty part for "no file"; it is none."""
        self.data = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]


def _at_most(most: int) -> Any:
    def check(form: Any, field: Field) -> None:
        if len(field.data or []) > most:
            raise ValidationError(gettext("Please choose at most %(most)s files at a time.", most=most))

    return check


class PublicForm(FlaskForm):
    """A form without an account; Origin and Sec-Fetch-Site guard it."""

    class Meta(FlaskForm.Meta):
        """No token of its own: see above."""

        csrf = False

    def problems(self) -> list[tuple[str, str]]:
        """(link, sentence) of each error in the order of the page, for the error summary."""
        return [found for field in self for found in _problems_of(field)]

    def entered(self) -> list[tuple[str, str]]:
        """(label, text) of what a person wrote and chose, for a page that has no place for the form any more."""
        written = [(str(field.label.text), _written(field)) for field in self if not isinstance(field, HiddenField)]
        return [(label, text) for label, text in written if text]

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """Put messages that an action found (`ground.errors.Invalid`) on their fields, unknown names on the first."""
        for name, messages in errors.items():
            field = self._fields.get(name) or next(field for field in self if not isinstance(field, HiddenField))
            field.errors = [*field.errors, *messages]


class CommandForm(PublicForm):
    """A form that takes a step; `command.id` stays the same when the form comes back."""

    command_id = HiddenField(name="command", default=lambda: str(new_id()))
    seen_revision = Carried(name="seen")

    def __init__(self, *args: Any, seen: int | None = None, **rest: Any) -> None:
        """`seen`: the revision of the case that this page shows; none for something that begins here."""
        super().__init__(*args, **rest)
        if seen is not None and not self.is_submitted():
            self.seen_revision.data = str(seen)

    @property
    def command(self) -> Command:
        """For `casework.move`."""
        return Command(UUID(self.command_id.data), int(self.seen_revision.data or 0))

    def validate_command_id(self, field: Field) -> None:
        """A UUID of ours; the person cannot see this field either."""
        try:
            UUID(field.raw_data[0] if field.raw_data else "")
        except ValueError:
            raise ValidationError(gettext("This form is damaged. Please open the page again.")) from None


class RowForm(CommandForm):
    """A form that edits one record with a version of its own, beside the revision of its case."""

    seen_version = Carried(name="version")

    def __init__(self, *args: Any, version: int = 0, **rest: Any) -> None:
        """`version`: of the record as this page shows it, 0 for one that is not there yet."""
        super().__init__(*args, **rest)
        if not self.is_submitted():
            self.seen_version.data = str(version)

    @property
    def version(self) -> int:
        """The version that the person saw."""
        return int(self.seen_version.data or 0)


def _written(field: Any) -> str:
    if isinstance(field, RadioField):
        return next((str(option.label.text) for option in field if option.checked), "")
    typed = isinstance(field, StringField)
    return str(field._value() or "") if typed else ""


def _problems_of(field: Any) -> list[tuple[str, str]]:
    if isinstance(field, FormField) or hasattr(field, "entries"):
        return [found for inner in field for found in _problems_of(inner)]
    anchor = field.id + "-0" if isinstance(field, RadioField | Choices) else field.id
    return [(f"#{anchor}", str(error)) for error in field.errors]
