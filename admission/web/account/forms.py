"""The forms of the doors."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

from admission.web.fields import Email, Needed, PublicForm, Text


class AddressForm(PublicForm):
    """To which address the code goes."""

    address = Email(lazy_gettext("Your e-mail address"), required=lazy_gettext("Please give your e-mail address."))
    next_path = HiddenField(name="weiter", validators=[Length(max=500)])


class CodeForm(PublicForm):
    """The six digits of the mail."""

    code = Text(
        lazy_gettext("Code from the e-mail"),
        required=lazy_gettext("Please give the six digits of the e-mail."),
        limit=20,
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class LinkForm(PublicForm):
    """The secret of the mailed link, taken only by POST."""

    token = HiddenField(name="t", validators=[Length(max=100)])


class PasswordForm(PublicForm):
    """The office's first step."""

    address = Email(lazy_gettext("Your e-mail address"), required=lazy_gettext("Please give your e-mail address."))
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[Needed(lazy_gettext("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    next_path = HiddenField(name="weiter", validators=[Length(max=500)])


class FactorForm(PublicForm):
    """The office's second step."""

    code = Text(
        lazy_gettext("Code from your app"),
        required=lazy_gettext("Please give the six digits of your app, or a recovery code."),
        limit=40,
        render_kw={"autocomplete": "one-time-code"},
    )


class JoinForm(PublicForm):
    """Accepting an invitation, or coming back after a lost factor."""

    token = HiddenField(name="t", validators=[Length(max=100)])
    name = Text(lazy_gettext("Your name"), limit=120)
    password = PasswordField(
        lazy_gettext("A new password"), validators=[Length(max=200)], render_kw={"autocomplete": "new-password"}
    )
    code = Text(lazy_gettext("First code from your app"), limit=20, render_kw={"autocomplete": "one-time-code"})


class ProofForm(PublicForm):
    """A signed-in person proves once more who she is."""

    password = PasswordField(
        lazy_gettext("Your present password"),
        validators=[Needed(lazy_gettext("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    code = Text(
        lazy_gettext("Code from your app"),
        required=lazy_gettext("Please give the six digits of your app, or a recovery code."),
        limit=40,
        render_kw={"autocomplete": "one-time-code"},
    )


class ChangeForm(ProofForm):
    """A new password."""

    fresh = PasswordField(
        lazy_gettext("A new password"),
        name="new_password",
        validators=[Needed(lazy_gettext("Please give a new password.")), Length(max=300)],
        render_kw={"autocomplete": "new-password"},
    )


class FirstCodeForm(PublicForm):
    """The first code of a new app."""

    code = Text(
        lazy_gettext("First code from your app"),
        required=lazy_gettext("Please give the six digits that the new app shows."),
        limit=20,
        render_kw={"autocomplete": "one-time-code"},
    )
