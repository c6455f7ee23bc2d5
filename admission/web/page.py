"""What every page has: its frame (city, desk, navigation, language) and the spelling of days, numbers and reasons."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from babel.dates import format_date, format_time
from flask import Flask, Response, after_this_request, current_app, g, redirect, request, url_for
from flask_babel import get_locale, gettext, lazy_gettext, ngettext, refresh
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy

from admission.city.queries import CitySettings
from admission.city.queries import settings as city_settings
from admission.ground import clock
from admission.ground.errors import Reason
from admission.people.roles import Role
from admission.procedure.deadlines import Calendar, working_days_left
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import InForce, in_force
from admission.web.access import rule_of, safe_next

NBSP = "\u00a0"
GERMAN = "de"
LANGUAGES = {"de": "Deutsch", "en": "English"}
LANGUAGE = "sprache"
"""The name of the buttons that change it."""
"""Only languages whose texts are complete, by their own names."""
A_YEAR = 365 * 24 * 3600
SIGN_IN, SIGN_OUT = "/anmelden", "/abmelden"
SOON = 5
"""Working days: a deadline this near is marked."""

STAFF = frozenset({Role.CASEWORKER, Role.APPROVER})
PUBLIC_MENU = (
    ("/kriterien", lazy_gettext("Criteria")),
    ("/verfahren", lazy_gettext("Procedure")),
    ("/selbstcheck", lazy_gettext("Self-check")),
    ("/verzeichnis", lazy_gettext("Register")),
    ("/zahlen", lazy_gettext("Figures")),
    ("/nachpruefen", lazy_gettext("Check it yourself")),
)
MENUS = {
    "public": PUBLIC_MENU,
    "account": PUBLIC_MENU,
    "applicant": (
        ("/antrag", lazy_gettext("Application")),
        ("/organisation", lazy_gettext("Organisation")),
        ("/kriterien", lazy_gettext("Criteria")),
        ("/nachpruefen", lazy_gettext("Check it yourself")),
    ),
    "office": (
        ("/buero", lazy_gettext("Inbox")),
        ("/buero/post", lazy_gettext("Post")),
        ("/buero/aufgaben", lazy_gettext("Tasks")),
        ("/buero/verzeichnis", lazy_gettext("Register")),
        ("/buero/beratung", lazy_gettext("Advice")),
        ("/buero/anfragen", lazy_gettext("Inquiries")),
    ),
    "council": (
        ("/rat", lazy_gettext("News")),
        ("/rat/vorgaenge", lazy_gettext("Cases")),
        ("/rat/verzeichnis", lazy_gettext("Register")),
        ("/rat/vergleich", lazy_gettext("Like cases")),
        ("/rat/einladungen", lazy_gettext("Invite organisations")),
        ("/rat/anfragen", lazy_gettext("Inquiries")),
        ("/nachpruefen", lazy_gettext("Check it yourself")),
        ("/zahlen", lazy_gettext("Figures")),
    ),
    "admin": (
        ("/verwaltung", lazy_gettext("Overview")),
        ("/verwaltung/konten", lazy_gettext("Accounts")),
        ("/verwaltung/regelwerk", lazy_gettext("Rulebook")),
        ("/verwaltung/stadt", lazy_gettext("City")),
    ),
}
DESKS = (
    ("/antrag", lazy_gettext("My application"), frozenset({Role.APPLICANT})),
    ("/buero", lazy_gettext("Office"), STAFF),
    ("/rat", lazy_gettext("Council"), frozenset({Role.COUNCIL, Role.SECRETARIAT})),
    ("/verwaltung", lazy_gettext("Administration"), frozenset({Role.ADMIN})),
)
DUTIES = (
    ("/impressum", lazy_gettext("Imprint")),
    ("/datenschutz", lazy_gettext("Data protection")),
    ("/barrierefreiheit", lazy_gettext("Accessibility")),
    ("/leichte-sprache", lazy_gettext("Easy language")),
    ("/gebaerdensprache", lazy_gettext("Sign language")),
    ("/quelltext", lazy_gettext("Source code")),
)
BODIES = {"office": "app-desk", "admin": "app-desk", "council": "app-desk app-desk--calm"}


class Entry(NamedTuple):
    """One link of a menu; `current` is the value of aria-current, or empty."""

    href: str
    title: str
    current: str


class Language(NamedTuple):
    """One language of the menu."""

    code: str
    href: str
    title: str
    current: bool


class Due(NamedTuple):
    """A deadline in words: the day for machines and people, what is left, and how urgent that is."""

    iso: str
    text: str
    left: str
    tone: str


@dataclass
class Page:
    """The frame of one page; read in templates as `page`. `bare`: the database is not asked (it may be down)."""

    bare: bool = False

    @property
    def public(self) -> bool:
        """Whether nobody is signed in here: no session is looked up, no token stands in forms."""
        rule = rule_of(request.endpoint)
        return rule is None or rule.public or g.get("person") is None

    @property
    def desk(self) -> str:
        """The audience: public, account, applicant, office, council, admin."""
        return request.blueprint if request.blueprint in MENUS else "public"

    @property
    def body(self) -> str:
        """Classes of the body element."""
        return BODIES.get(self.desk, "")

    @property
    def language(self) -> str:
        """The language of this page."""
        return language()

    @property
    def languages(self) -> list[Language]:
        """The languages, each a link that comes back to this page."""
        return [
            Language(code, url_for("public.choose_language", code=code, weiter=_here()), name, code == self.language)
            for code, name in LANGUAGES.items()
        ]

    @property
    def menu(self) -> list[Entry]:
        """The navigation of this desk, without what is not built."""
        return _entries(MENUS[self.desk])

    @property
    def duties(self) -> list[Entry]:
        """The footer."""
        return _entries(DUTIES)

    @property
    def home(self) -> str:
        """Where the brand leads: the first page of this desk."""
        return "/" if self.desk in ("public", "account") else self.menu[0].href if self.menu else "/"

    @property
    def sign_in(self) -> str:
        """The door."""
        return SIGN_IN

    @property
    def sign_out(self) -> str:
        """Takes a POST: leaving changes something."""
        return SIGN_OUT

    @property
    def other_desks(self) -> list[Entry]:
        """The desks that this person may open besides this one."""
        roles = g.person.roles if g.get("person") else frozenset()
        return [
            entry
            for path, title, needed in DESKS
            if needed & roles and not request.path.startswith(path)
            for entry in _entries(((path, title),))
        ]

    @cached_property
    def city(self) -> CitySettings | None:
        """Names, addresses and people of the city as they hold today; None while nothing is set up."""
        return None if self.bare else city_settings(clock.today())

    @cached_property
    def in_force(self) -> InForce | None:
        """The edition in force today and its publication."""
        return None if self.bare else in_force(clock.today())

    @property
    def name(self) -> str:
        """The network's name, which ends every title."""
        return self.city.network if self.city else "Netzwerk MSO"

    @property
    def contact(self) -> CitySettings | None:
        """For the macro `contact`: the person to be asked, once the city has named one."""
        return self.city if self.city and self.city.contact_person else None

    @property
    def address(self) -> str:
        """The full address of this page, for print."""
        return str(current_app.config["BASE_URL"]) + request.path

    @property
    def today(self) -> date:
        """Today in Berlin."""
        return clock.today()

    @property
    def demo(self) -> bool:
        """Whether this is the fictional city."""
        return bool(current_app.config["DEMO"]) or bool(self.city and self.city.sample)


def current_page() -> Page:
    """The page of this request."""
    if "page" not in g:
        g.page = Page()
    page: Page = g.page
    return page


def language() -> str:
    """The language of the reader: the cookie's choice, else German. No session and no account are looked up."""
    chosen = g.get("language") or request.cookies.get(current_app.config["LANGUAGE_COOKIE_NAME"], GERMAN)
    return chosen if chosen in LANGUAGES else GERMAN


def choose(code: str, target: str | None) -> Response:
    """Go back to `target` in the language chosen, which a cookie of its own remembers for a year."""
    answer = redirect(safe_next(target), 303)
    return _remembered(code, answer) if code in LANGUAGES else answer  # type: ignore[return-value,arg-type]


def speaks_anew() -> bool:
    """Whether this form was sent only to be read in another language; from here on the page speaks it.

    The button stands in the header and belongs to the form (`keeps` in `base.html`), so that nothing entered is lost.
    """
    code = request.form.get(LANGUAGE, "")
    if code not in LANGUAGES:
        return False
    g.language = code
    refresh()
    after_this_request(lambda answer: _remembered(code, answer))
    return True


def _remembered(code: str, answer: Response) -> Response:
    answer.set_cookie(
        current_app.config["LANGUAGE_COOKIE_NAME"],
        code,
        max_age=A_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def day(value: date | datetime | str | None) -> str:
    """7. Dezember 2026, with a no-break space after the day; an instant counts as its day in Berlin."""
    return _spelt(value, "d. MMMM y", "d MMMM y")


def day_short(value: date | datetime | str | None) -> str:
    """7. Dez., for dense tables."""
    return _spelt(value, "d. MMM", "d MMM")


def weekday(value: date | datetime | str | None) -> str:
    """Montag, 7. Dezember 2026: where somebody must act."""
    return _spelt(value, "EEEE, d. MMMM y", "EEEE, d MMMM y")


def time_of_day(value: datetime) -> str:
    """16:42 Uhr, in Berlin."""
    text = format_time(value.astimezone(clock.BERLIN), "HH:mm", locale=_locale())
    return f"{text}{NBSP}Uhr" if _locale() == GERMAN else text


def instant(value: datetime) -> str:
    """28. Oktober 2026, 16:42 Uhr."""
    return f"{day(value)}, {time_of_day(value)}"


def days_left(left: int) -> str:
    """Working days left in words: noch 9 Arbeitstage, heute, 1 Arbeitstag darüber."""
    if left == 0:
        return str(gettext("today"))
    if left < 0:
        return _kept(ngettext("%(num)s working day over", "%(num)s working days over", -left))
    return _kept(ngettext("%(num)s working day left", "%(num)s working days left", left))


def due(on: date, calendar: Calendar, *, short: bool = False, bare: bool = False) -> Due:
    """A deadline for the macro `deadline`: `{{ deadline(*due(on, rulebook.calendar)) }}`. `bare`: without "until"."""
    left = working_days_left(clock.today(), on, calendar)
    if on < clock.today():
        left = min(left, -1)  # over on a Sunday is over, too
    text = day_short(on) if short else weekday(on)
    said = text if short or bare else gettext("until %(day)s", day=text)
    return Due(on.isoformat(), said, days_left(left), "late" if left < 0 else "soon" if left <= SOON else "")


def number(value: str | None) -> Markup:
    """A file number that is never broken and stays left to right."""
    return Markup('<bdi class="app-nr">{}</bdi>').format(value or "")


def kept(text: str) -> str:
    """Text whose short words stay with their neighbours: e. V., 9 Arbeitstage, § 28."""
    return _kept(str(text))


def named(text: str) -> str:
    """What somebody wrote, with nothing changed but that “e. V.” is not torn apart."""
    return str(text).replace("e. V.", f"e.{NBSP}V.")


def groups(digest: str) -> list[str]:
    """A SHA-256 in groups of four digits."""
    return [digest[at : at + 4] for at in range(0, len(digest), 4)]


def fingerprint(digest: str) -> str:
    """The short form: 564e bb94 … 4d15."""
    return f"{digest[:4]} {digest[4:8]} … {digest[-4:]}"


def size(count: int) -> str:
    """840 KB, 2,4 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))}{NBSP}KB"
    return f"{count / 1_000_000:.1f}{NBSP}MB".replace(".", "," if _locale() == GERMAN else ".")


def month(value: date | str | None) -> str:
    """A month where there is little room: `Dez. 26`."""
    return _spelt(value, "MMM yy", "MMM yy")


def sentences(reasons: Iterable[Reason], rulebook: Rulebook | None) -> list[str]:
    """Every reason as a sentence of the edition (without one, of that in force), in the reader's language."""
    if rulebook is None and (now := current_page().in_force):
        rulebook = now.rulebook
    return [sentence(reason, rulebook) for reason in reasons]


def sentence(reason: Reason, rulebook: Rulebook | None) -> str:
    """One reason in words. Reasons of the house itself (files, limits) have their words in `HOUSE`."""
    values = {name: _spoken(name, value, rulebook) for name, value in reason.values.items()}
    for key in ("guard." + reason.code, "reason." + reason.code):
        if rulebook is not None and rulebook.has_text(key):
            return rulebook.text(key, language(), **values)
    known = HOUSE.get(reason.code)
    return str(known) % values if known else str(gettext("This is not possible at the moment."))


HOUSE = {
    "city.incomplete": lazy_gettext(
        "The city is not set up yet: without its name and address no letter can be written."
    ),
    "merge.same": lazy_gettext("This is one organisation already."),
    "merge.merged": lazy_gettext(
        "One of the two was merged with another one before. Please take the one that is left."
    ),
    "merge.open_case": lazy_gettext(
        "The one that would go still has an application, a membership or a review on its way. "
        "Let it be the one that stays, or end that first."
    ),
    "merge.split": lazy_gettext("These two have been taken apart again already."),
    "check.decided": lazy_gettext("Somebody has looked at this change already, or another one has taken its place."),
    "account.deactivated": lazy_gettext("This account has been deactivated."),
    "account.exists": lazy_gettext("There is an account with this address already."),
    "account.without_password": lazy_gettext("This account signs in with a mailed code and has no password."),
    "factor.missing": lazy_gettext("The second factor of this account is not set up."),
    "file.broken": lazy_gettext("The file cannot be opened. Please save it again or take a photo of the pages."),
    "file.empty": lazy_gettext("The file is empty. Please choose another one."),
    "file.kind": lazy_gettext("This kind of file is not taken. Possible are PDF, JPEG and PNG."),
    "file.too_large": lazy_gettext("The file is too large. Allowed are %(megabytes)s MB a file."),
    "file.too_many_pixels": lazy_gettext(
        "The picture has more than %(megapixels)s megapixels. Please take a smaller one."
    ),
    "four_eyes": lazy_gettext("You have acted on this yourself before. A second person has to confirm it."),
    "grant.has_no_end": lazy_gettext("Administration has no last day: it could leave nobody who gives roles."),
    "grant.is_over": lazy_gettext("This day is over. Please give today or a later day."),
    "grant.needs_end": lazy_gettext("External review is lent for a time: please give its last day."),
    "grant.not_given": lazy_gettext("This role is not given here."),
    "last_admin": lazy_gettext("Somebody has to be able to give roles: this is the last account that can."),
    "release.done": lazy_gettext("Somebody has released these figures already."),
    "release.same_person": lazy_gettext("You proposed these figures. Somebody else has to release them."),
    "event.taken_back": lazy_gettext("This has been taken back already."),
    "take_over.done": lazy_gettext("Somebody has confirmed this taking over already."),
    "take_over.is_member": lazy_gettext("These are members already: %(names)s."),
    "take_over.nobody": lazy_gettext("Please choose at least one organisation."),
    "take_over.same_person": lazy_gettext("You proposed this. Somebody else has to confirm it."),
    "confirmation.answered": lazy_gettext("This has been answered already. Nothing was changed."),
    "confirmation.begun": lazy_gettext("The round of this reference date has begun already."),
    "confirmation.not_reached": lazy_gettext(
        "One of these cannot be asked in writing any more, or has confirmed meanwhile. Please choose again."
    ),
    "confirmation.trial_is_out": lazy_gettext(
        "The trial has not come back yet: all of it has to answer, or a week passes and one has answered."
    ),
    "confirmation.trial_size": lazy_gettext("A trial has at least one and at most %(most)s organisations."),
    "inquiry.change_is_not_said": lazy_gettext("Please say what this version changes in the released answer, and why."),
    "inquiry.drafted.release": lazy_gettext("You drafted this answer. Somebody else has to release it."),
    "inquiry.drafted.sign": lazy_gettext("You drafted this answer. The second signature is that of somebody else."),
    "inquiry.names_without_consent": lazy_gettext("The text names %(name)s, who has not agreed to be named."),
    "inquiry.no_parts": lazy_gettext("Please give at least one part of the question."),
    "inquiry.not_an_approver": lazy_gettext("An answer is released by somebody who may sign decisions."),
    "inquiry.not_now": lazy_gettext("This is not possible in the present state of the inquiry."),
    "inquiry.not_signed": lazy_gettext("The newest version has no second signature yet."),
    "inquiry.number_is_taken": lazy_gettext("Another inquiry has this paper number already."),
    "inquiry.part_is_empty": lazy_gettext("Part %(part)s has no answer yet."),
    "inquiry.part_is_not_verbatim": lazy_gettext("Part %(part)s does not stand in the question word for word."),
    "inquiry.reason_is_missing": lazy_gettext("Please say what should be different."),
    "invitation.nobody": lazy_gettext("Nobody is chosen who may be written to."),
    "invitation.not_approved": lazy_gettext("Please say first who approved this invitation."),
    "invitation.not_now": lazy_gettext("This is not possible in the present state of the invitation."),
    "message.not_by_mail": lazy_gettext("No mailbox of this organisation may be used. Call, or hand it over yourself."),
    "message.not_now": lazy_gettext("This is not possible in the present state of the message."),
    "message.reason_is_missing": lazy_gettext("Please say why the message is not passed on."),
    "role.held": lazy_gettext("This account holds the role already."),
    "second_person": lazy_gettext("A second person has to confirm this."),
    "city.unknown_setting": lazy_gettext("The city has no setting called %(name)s."),
    "claim.taken": lazy_gettext(
        "%(who)s has taken this case on meanwhile: %(at)s. If it is to be yours all the same, take it on once more."
    ),
    "edition.name_is_taken": lazy_gettext(
        "There is another edition called %(name)s. Editions are never changed; give it a new name."
    ),
    "publication.day_is_past": lazy_gettext("An edition comes into force today at the earliest."),
    "edition.interim": lazy_gettext(
        "Nothing can be begun yet: of the rulebook only the part on the register holds, set provisionally. "
        "The criteria and the procedure need a resolution first."
    ),
    "publication.exists": lazy_gettext("This edition has been proposed or published already."),
    "publication.is_resolved": lazy_gettext(
        "An edition was resolved already. From then on nothing is set provisionally any more."
    ),
    "publication.resolution_is_missing": lazy_gettext("The number of the resolution is missing."),
}


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of a static file with its fingerprint, so that it can be kept for a year."""
    digest = hashlib.sha256((Path(current_app.static_folder or "") / name).read_bytes()).hexdigest()
    return url_for("static", filename=name, v=digest[:12])


def install(app: Flask) -> None:
    """Give templates their filters and the frame; both are globals, so that imported macros see them too."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day, day_short=day_short, weekday=weekday, time=time_of_day, instant=instant, number=number, kept=kept,
        named=named, groups=groups, fingerprint=fingerprint, size=size, days_left=days_left, month=month,
    )  # fmt: skip
    app.jinja_env.globals.update(page=LocalProxy(current_page), asset=asset, due=due, sentences=sentences)


def _here() -> str:
    """A page that can be opened again: this one, or that from which its form was sent."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        return safe_next(urlsplit(request.referrer or "").path)
    return request.path


def _entries(menu: Sequence[tuple[str, Any]]) -> list[Entry]:
    built = _built(current_app._get_current_object())  # type: ignore[attr-defined]
    return [Entry(href, str(title), _current(href)) for href, title in menu if href in built]


@lru_cache(maxsize=4)
def _built(app: Flask) -> frozenset[str]:
    """The addresses without arguments that exist."""
    return frozenset(rule.rule.rstrip("/") for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))


def _current(href: str) -> str:
    path = request.path.rstrip("/")
    if path == href:
        return "page"
    within = path.startswith(href + "/") and href not in ("/buero", "/rat", "/verwaltung")
    cases = href in ("/buero", "/rat/vorgaenge") and "/vorgaenge/" in path
    return "true" if within or (cases and path.startswith(href.split("/v")[0])) else ""


def _spelt(value: date | datetime | str | None, german: str, english: str) -> str:
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = clock.berlin_day(value)
    locale = _locale()
    return _spelt_day(value, german if locale == GERMAN else english, locale)


@lru_cache(maxsize=4096)
def _spelt_day(value: date, pattern: str, locale: str) -> str:
    return re.sub(r"(\d\.?) (?=[^\d\W])", rf"\1{NBSP}", format_date(value, pattern, locale=locale))


def _kept(text: str) -> str:
    text = re.sub(r"(\d[\d.,]*|§§?) (?=\w)", rf"\1{NBSP}", text)
    return named(text).replace("z. B.", f"z.{NBSP}B.")


def _spoken(name: str, value: Any, rulebook: Rulebook | None) -> str:
    """A value as the sentence names it: days spelt out; roles, steps, acts, states and outcomes by their titles."""
    if isinstance(value, date):
        return day(value)
    if name == "roles":
        return str(gettext(" or ")).join(_spoken("role", part.strip(), rulebook) for part in str(value).split(","))
    text = str(value)
    prefixes = {
        "role": ("role.",),
        "step": ("step.",),
        "act": ("act.", "step."),
        "state": ("state.admission.", "state.membership."),
        "proposed_outcome": ("outcome.",),
    }.get(name, ())
    for prefix in prefixes:
        if rulebook is not None and rulebook.has_text(prefix + text):
            return rulebook.text(prefix + text, language())
    return text


def _locale() -> str:
    return str(get_locale() or GERMAN)
