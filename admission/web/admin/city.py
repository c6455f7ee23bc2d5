"""What the city says of itself: each setting with the days on which it holds, and the page that begins this desk."""

from typing import Any

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from admission.city.actions import ALWAYS, change
from admission.city.check import Resolved, check
from admission.city.queries import history, settings, values_on
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.log.checks import may_be_rewritten
from admission.people.queries import invited, open_resets, staff, staffing
from admission.people.roles import Role
from admission.rulebook.queries import in_force
from admission.web.access import access, loads
from admission.web.admin import bp
from admission.web.admin.editions import rows as edition_rows
from admission.web.admin.words import SETTINGS, owed
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Day, Lines, PublicForm, clean

LISTS = frozenset({"postcodes", "districts"})
"""Settings whose value is a list; a line of the form is one entry."""
RESOLVED = frozenset({"court", "court_address", "postcodes"})
"""Settings of which the rulebook has its own; that one counts, and the first page says when the two differ."""
SWITCHES = frozenset({"noindex"})
"""Settings that are on or off."""
YES, NO = "yes", "no"
LONG = LISTS | {"imprint", "data_protection_officer", "data_protection_authority", "hours"}


class ChangeForm(PublicForm):
    """A new value and the first day on which it holds."""

    value: Any = Lines(lazy_gettext("New value"), required=lazy_gettext("Please enter the new value."))
    valid_from = Day(lazy_gettext("Holds from"), required=lazy_gettext("Please give the first day."))

    def validate_valid_from(self, field: Any) -> None:
        """The past is what pages and letters have said; it is not rewritten here."""
        if field.data and field.data < clock.today():
            raise ValidationError(gettext("Please give today or a later day: what held before stays as it was."))


class SwitchForm(ChangeForm):
    """The same for something that is on or off."""

    value = Choice(
        lazy_gettext("New value"),
        [(YES, lazy_gettext("yes")), (NO, lazy_gettext("no"))],
        required=lazy_gettext("Please enter the new value."),
    )


def change_form(setting: str) -> ChangeForm:
    """The form that fits the setting."""
    return SwitchForm() if setting in SWITCHES else ChangeForm()


@loads("setting")
def load_setting(value: str, person: Any, role: Role, *, locked: bool) -> str:
    """The name of a setting that this desk changes."""
    if value not in SETTINGS:
        raise NotFound
    return value


@bp.get("")
@access(Role.ADMIN)
def overview() -> str:
    """What is still missing, and where accounts, editions and the city stand."""
    accounts = staff()
    now = in_force(clock.today())
    findings = check(
        settings(clock.today()),
        staffing(),
        served_at=current_app.config["BASE_URL"],
        resolved=Resolved(now.rulebook.court, now.rulebook.postcodes) if now else None,
        guarded=not may_be_rewritten(db.session()),
    )
    return render_template(
        "admin/uebersicht.html",
        missing=[owed(finding) for finding in findings],
        active=sum(1 for row in accounts if row.grants and row.deactivated_at is None),
        invited=len(invited()),
        lost=[row for row in open_resets() if not row.confirmed],
        in_force=now,
        proposed=[row for row in edition_rows() if row.state == "proposed"],
    )


@bp.get("/stadt")
@access(Role.ADMIN)
def city() -> str:
    """All settings as they hold today."""
    values = values_on(clock.today())
    return render_template(
        "admin/stadt.html",
        rows=[(name, title, said(values.get(name))) for name, title in SETTINGS.items()],
        base_url=values.get("base_url", ""),
        origin=values.get("origin", ""),
    )


@bp.get("/stadt/<name>")
@access(Role.ADMIN, setting="name")
def setting(setting: str) -> str:
    """One setting: its new value, and every value it has had."""
    held = values_on(clock.today()).get(setting)
    if setting in SWITCHES:
        form: ChangeForm = SwitchForm(data={"value": YES if held else NO, "valid_from": clock.today()})
    else:
        form = ChangeForm(data={"value": "\n".join(said(held)), "valid_from": clock.today()})
    return render_template("admin/einstellung.html", form=form, **setting_page(setting))


def setting_page(setting: str) -> dict[str, Any]:
    """What the page of one setting shows beside its form."""
    past = [(said(row.value), None if row.valid_from == ALWAYS else row.valid_from, row) for row in history(setting)]
    return {
        "setting": setting,
        "title": SETTINGS[setting],
        "many": setting in LISTS,
        "switch": setting in SWITCHES,
        "resolved": setting in RESOLVED,
        "past": past,
    }


@bp.post("/stadt/<name>")
@access(Role.ADMIN, setting="name")
@keeps_entries("admin/einstellung.html", change_form, setting_page)
def change_setting(setting: str, form: ChangeForm) -> ResponseReturnValue:
    """Let the setting hold a new value from a day on."""
    change(setting, _value(setting, str(form.value.data)), by=g.person.id, valid_from=form.valid_from.data)
    db.session.commit()
    return redirect(url_for("admin.setting", name=setting), 303)


def said(value: Any) -> list[str]:
    """A value as lines of text; none if nothing was entered."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [str(gettext("yes") if value else gettext("no"))]
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value).strip().split("\n")


def _value(name: str, text: str) -> Any:
    if name in SWITCHES:
        return text == YES
    lines = [line for line in map(clean, text.split("\n")) if line]
    if name in LISTS:
        return list(dict.fromkeys(lines))
    return text if name in LONG else " ".join(lines)
