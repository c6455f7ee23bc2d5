"""The register as everybody may see it: found by words and choices, as a list, as files, and entry by entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from admission.ground.db import db
from admission.register.finding import Asked, Choice, Found, find
from admission.register.spelling import key
from admission.reports import charts
from admission.web import page
from admission.web.access import access
from admission.web.fields import one_line
from admission.web.public import bp
from admission.web.register_rows import spoken as said

LONGEST = 100
"""Characters of a search that are looked at."""
PRINTED, MOST_PRINTED = "druck", 1_000
"""The value of `ansicht` for a page to print, and how many entries it holds."""
PARAMETERS = {"field": "feld", "languages": "sprache", "districts": "bezirk", "offers": "angebot"}
"""Kind of choice -> its name in addresses, in the order of the page."""
LABELS = {
    "field": lazy_gettext("Field of work"),
    "languages": lazy_gettext("Language"),
    "districts": lazy_gettext("District"),
    "offers": lazy_gettext("Offer"),
}


@dataclass(frozen=True)
class Filter:
    """One control of the form: its choices with their numbers, and which is chosen."""

    kind: str
    name: str
    label: str
    choices: list[Choice]
    chosen: Choice | None = field(default=None)


@bp.after_request
def keep_out(answer: Response) -> Response:
    """Where the city wants it so, search engines leave the register alone: pages, files and feed."""
    if (request.endpoint or "").startswith("public.register") and answer.status_code == 200 and hidden():
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/verzeichnis")
@access(public=True)
def register() -> ResponseReturnValue:
    """The organisations that show their name, in its order; what stands in the address is all that is asked."""
    asked = wanted()
    if request.args.get("ansicht") == PRINTED:
        return _printed(asked)
    found = find(db.session(), asked, _asked("nach"))
    here, controls = address(asked), filters(asked, found)
    places = in_districts(found.choices["districts"])
    return render_template(
        "public/verzeichnis.html",
        found=found,
        filters=controls,
        words=spoken,
        wanted=asked.text,
        here=here,
        without=lambda name: without(here, name),
        places=places,
        tiles=charts.tiles([(place.title, place.count) for place in places]),
        district=lambda place: url_for("public.register", **(here | {PARAMETERS["districts"]: place.value})),
    )


def hidden() -> bool:
    """Whether the city keeps the register out of search engines."""
    city = page.current_page().city
    return city is not None and city.noindex


def wanted() -> Asked:
    """What the address asks for."""
    chosen = {kind: value for kind, name in PARAMETERS.items() if (value := _asked(name))}
    return Asked(_asked("q"), chosen, titles())


def titles() -> Mapping[str, tuple[str, ...]]:
    """Code of a field of work -> its titles, in German and in the reader's language."""
    current = page.current_page().in_force
    if current is None:
        return {}
    book = current.rulebook
    languages = dict.fromkeys((page.GERMAN, page.language()))
    return {
        code: tuple(said(book, "field", code, language) for language in languages)
        for code in book.facts["field"]["options"]
    }


def address(asked: Asked) -> dict[str, str]:
    """The parameters of this selection, without the page."""
    parameters = {PARAMETERS[kind]: value for kind, value in asked.chosen.items()}
    return {"q": asked.text} | parameters if asked.text else parameters


def filters(asked: Asked, found: Found) -> list[Filter]:
    """The controls of the form; a choice that leaves nothing stays where it was made, so that it can be undone."""
    made = []
    for kind, name in PARAMETERS.items():
        choices = [_titled(kind, choice) for choice in found.choices[kind]]
        chosen = None
        if value := asked.chosen.get(kind):
            chosen = next((one for one in choices if one.value == value), None)
            if chosen is None:
                chosen = _titled(kind, Choice(value, value, 0))
                choices.append(chosen)
        choices.sort(key=lambda one: one.title.casefold())
        made.append(Filter(kind, name, str(LABELS[kind]), choices, chosen))
    return made


def in_districts(counted: Sequence[Choice]) -> list[Choice]:
    """The districts of the city in its order, also those without an entry; then what else organisations wrote."""
    city = page.current_page().city
    by_value = {choice.value: choice for choice in counted}
    named = [Choice(key(title), title, 0) for title in (city.districts if city else ())]
    places = [by_value.pop(place.value, place) for place in named]
    return [*places, *by_value.values()]


def spoken(name: str, value: str) -> str:
    """A value as pages show it, in the reader's language."""
    current = page.current_page().in_force
    return said(current.rulebook if current else None, name, value, page.language())


def without(here: Mapping[str, str], name: str) -> str:
    """The address of the same selection without one of its parts."""
    left: dict[str, Any] = {part: value for part, value in here.items() if part != name}
    return url_for("public.register", **left)


def _printed(asked: Asked) -> str:
    """The whole selection on one page to print, without choices and pictures."""
    found = find(db.session(), asked, most=MOST_PRINTED)
    chosen = [one.chosen.title for one in filters(asked, found) if one.chosen]
    return render_template(
        "public/verzeichnis-druck.html",
        found=found,
        words=spoken,
        said=[asked.text, *chosen] if asked.text else chosen,
        here=address(asked),
        most=MOST_PRINTED,
    )


def _titled(kind: str, choice: Choice) -> Choice:
    title = spoken(kind, choice.title) if kind == "field" else choice.title
    return Choice(choice.value, title, choice.count)


def _asked(name: str) -> str:
    """A value of the address as text that can be looked for; what cannot be typed becomes nothing."""
    try:
        return one_line(request.args.get(name, "")[:LONGEST])
    except ValueError:
        return ""
