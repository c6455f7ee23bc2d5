"""What the doors say of passwords and codes, and the picture that an app scans."""

from collections.abc import Collection

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from admission.people import factors, passwords, rules
from admission.web import page
from admission.web.square_codes import square

FAULTS = {
    "short": lazy_gettext(
        "Please take a longer password: at least twelve characters. Four words that nobody expects together are good."
    ),
    "long": lazy_gettext("Please take at most 200 characters."),
    "common": lazy_gettext("This password is among the first that strangers try. Please take another one."),
    "own": lazy_gettext("Please leave your name and your address out of the password."),
}


def password_sentences(password: str, own: Collection[str]) -> list[str]:
    """What is wrong with a new password, in words, one thing at a time; `own`: address and name of the person."""
    return [str(FAULTS[fault]) for fault in rules.password_faults(password, own, passwords.common())[:1]]


def wrong_first_code() -> str:
    """A new app shows another code than ours."""
    return str(gettext("This code does not fit. Wait for the next one in your app and check the clock of your phone."))


def picture(factor: str, address: str) -> Markup:
    """The square code that hands a new secret to an app, as SVG."""
    city = page.current_page().city
    return square(factors.uri(factor, address, city.network if city else "Netzwerk MSO"))
