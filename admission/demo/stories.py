"""The fictional organisations that apply, and what happens to each; everything here is invented.

A story is a list of (days ago, hour, deed). Days are reckoned back from the day of loading and moved to a working day;
the content is always the same, ids and keys never are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from admission.demo import papers, roster
from admission.demo.office import Matter, days_before

Deed = Callable[[Matter, date], None]


@dataclass
class Story:
    """One organisation: who speaks for it, what it answers, and what happens on which day."""

    name: str
    person: str
    slug: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    deeds: list[tuple[int, int, Deed]] = field(default_factory=list)
    again: bool = False
    mailbox: str = ""

    @property
    def address(self) -> str:
        """The address of whoever speaks for it; one person may speak for two."""
        return f"{self.mailbox or self.slug}@example.org"


def answers_of(story: Story, day: date, known: roster.Organisation | None = None) -> dict[str, Any]:
    """All answers of an application on a day, so that every rule criterion is met unless the story says otherwise.

    `known`: what is told of the organisation, if it is none of the roster.
    """
    known = known or roster.organisations()[story.name]
    base: dict[str, Any] = {
        "organisation_name": story.name,
        "field": known.field,
        "district": known.district or None,
        "founded_on": f"{known.founded}-05-01",
        "based_in": "seat_here",
        "seat_postcode": "99003",
        "majority_in": "board",
        "leadership_is_elected": True,
        "last_election_on": (day - timedelta(days=200)).isoformat(),
        "term_years": 2,
        "form": "registered",
        "register_number": f"VR 99{sum(map(ord, story.slug)) % 1000:03d}",
        "assembly_meets": True,
        "rules_for_joining": True,
        "rules_for_leaving": True,
        "tax_notice": "none",
        "purpose": "Wir bringen Menschen aus der Nachbarschaft zusammen und helfen einander im Alltag.",
        "activities": activities(day, "here", 20, 75, 160),
        "works_with_minors": False,
        "contact_person": story.person,
        "second_contact": "Zweiter Kontakt über das Integrationszentrum",
        "postal_address": f"Lindenweg {sum(map(ord, story.slug)) % 90 + 1}, 99003 Musterfeld",
        "correspondence_language": "de",
        "portal_consent": True,
        "self_organised": True,
        "no_private_profit": True,
        "charter_accepted": True,
        "within_constitution": True,
        "not_directed": True,
        "cooperates": True,
        "later.K04": True,
    }
    given = {name: value(day) if callable(value) else value for name, value in story.answers.items()}
    return {name: value for name, value in (base | given).items() if value is not None}


def activities(day: date, where: str, *offsets: int) -> list[dict[str, str]]:
    """Dated activities so many days before `day`."""
    what = ("Fest im Hof", "Nachmittag mit Gespräch", "Kurs am Abend", "Treffen am Mittwoch")
    return [
        {"on": on, "what": what[at % len(what)], "where": where} for at, on in enumerate(days_before(day, *offsets))
    ]


def group(**more: Any) -> dict[str, Any]:
    """Answers of a group without registration; an equal path, no exception."""
    return {
        "form": "group",
        "register_number": None,
        "group_size": 7,
        "has_two_contacts": True,
        "group_introduced": "office",
        "self_description": "Wir treffen uns jede Woche und laden offen dazu ein.",
        **more,
    }


def with_paper(kind: str, title: str, deeds: list[tuple[int, int, Deed]]) -> list[tuple[int, int, Deed]]:
    """The same, with a document uploaded between the draft and its submission."""
    first = deeds[0]

    def upload(matter: Matter, day: date) -> None:
        matter.uploads(kind, f"{title}.pdf", papers.paper(title, matter.story.name))

    return [first, (first[0] - 1, 19, upload), *deeds[1:]]


def received(start: int) -> list[tuple[int, int, Deed]]:
    """Draft and submission."""
    return [
        (start + 3, 17, lambda matter, day: matter.begins(answers_of(matter.story, day))),
        (start, 18, lambda matter, day: matter.submits(matter.story.person)),
    ]


def taken_on(start: int) -> list[tuple[int, int, Deed]]:
    """… and acknowledged by a person."""
    return [*received(start), (start - 1, 9, lambda matter, day: matter.is_taken_on())]


def complete(start: int) -> list[tuple[int, int, Deed]]:
    """… and found complete."""
    return [*taken_on(start), (start - 6, 10, lambda matter, day: matter.is_complete())]


def assessed(start: int, **deviations: tuple[str, str]) -> list[tuple[int, int, Deed]]:
    """… and assessed."""
    return [*complete(start), (start - 14, 11, lambda matter, day: matter.is_assessed(deviations))]


def proposed(
    start: int, outcome: str, reasons: str, obligation: tuple[str, str] | None = None, **deviations: tuple[str, str]
) -> list[tuple[int, int, Deed]]:
    """… and proposed."""

    def propose(matter: Matter, day: date) -> None:
        due = (day + timedelta(days=365)).isoformat()
        items = [{"criterion": obligation[0], "text": obligation[1], "due_on": due}] if obligation else []
        matter.is_proposed(outcome, reasons, items)

    return [*assessed(start, **deviations), (start - 16, 14, propose)]


def decided(
    start: int, outcome: str, reasons: str, obligation: tuple[str, str] | None = None, **deviations: tuple[str, str]
) -> list[tuple[int, int, Deed]]:
    """… and signed by somebody else, and the notice opened."""
    return [
        *proposed(start, outcome, reasons, obligation, **deviations),
        (start - 19, 15, lambda matter, day: matter.is_signed()),
        (start - 21, 19, lambda matter, day: matter.opens_notice()),
    ]


MET = "Alle Kriterien, die gelten, sind erfüllt."
OUTSIDE = (
    "not_met",
    "Ihr Sitz liegt nicht in Musterfeld, einen regelmäßigen Treffpunkt hier haben Sie nicht genannt. Nötig sind dann "
    "drei Termine in Musterfeld in den 12 Monaten vor dem Antrag; belegt sind zwei.",
)
FEW = ("not_met", "Nötig sind drei Termine mit Datum in den letzten 12 Monaten. Genannt sind zwei.")
LEAVING = (
    "open",
    "Ihre Seite Regeln beschreibt Wahl, Versammlung und Eintritt. Der Austritt fehlt. Beim Ergänzen helfen wir gern.",
)
AS_A_GROUP = (
    "Alle Kriterien, die gelten, sind erfüllt. Eine Gruppe ohne Eintragung: Selbstbeschreibung, zwei Kontakte, und wir "
    "haben sie kennengelernt. Das ist ein gleichwertiger Weg, keine Ausnahme."
)
AS_AN_UMBRELLA = (
    "Alle Kriterien, die gelten, sind erfüllt. Ein Dachverband zählt einmal und hat eine Stimme. "
    "Seine Mitglieder stellen eigene Anträge; seine Aufnahme ist dafür weder nötig noch genug."
)
ACTIVE_HERE = (
    "Alle Kriterien, die gelten, sind erfüllt. Der Sitz liegt außerhalb, belegt sind vier Termine in Musterfeld in den "
    "12 Monaten vor dem Antrag; drei genügen."
)
STARTING = ("open", "Der Beginn der Arbeit in Musterfeld ist mit Tag und Ort angekündigt, aber noch nicht geschehen.")


def _outside(dates: int) -> dict[str, Any]:
    offsets = (30, 95, 150, 210)[:dates]
    return {
        "based_in": "elsewhere",
        "seat_postcode": None,
        "postal_address": "Deichweg 9, 99901 Nachbarstadt",
        "activities": lambda day: activities(day, "here", *offsets),
    }


def _beginning(*days_ago: int) -> dict[str, Any]:
    """The seat lies outside, and there were few dates here so far."""
    return {
        "based_in": "elsewhere",
        "seat_postcode": None,
        "activities": lambda day: activities(day, "here", *days_ago),
    }


def _heard(start: int) -> list[tuple[int, int, Deed]]:
    return [
        *proposed(start, "refuse", "Zwei Kriterien sind nicht erfüllt.", K01=OUTSIDE, K07=FEW),
        (start - 17, 10, lambda matter, day: matter.is_heard()),
        (start - 18, 18, lambda matter, day: matter.opens_notice()),
    ]


def _stated(start: int) -> list[tuple[int, int, Deed]]:
    says = {
        "K01": "Unsere Mitglieder wohnen überwiegend in Musterfeld.",
        "K07": "Im Winter gab es noch ein Treffen.",
    }
    answers = {
        "K01": "Der Wohnort der Mitglieder ist kein Kriterium; danach fragen wir niemanden.",
        "K07": "Das bezweifeln wir nicht. Ohne Tag und Ort können wir es nach den Kriterien nicht zählen.",
    }
    return [
        *_heard(start),
        (start - 24, 20, lambda matter, day: matter.states(says, day)),
        (start - 27, 11, lambda matter, day: matter.is_weighed(answers, "Es bleibt bei zwei Terminen.", "refuse")),
    ]


def _lacking(start: int, missing: Mapping[str, str]) -> list[tuple[int, int, Deed]]:
    return [*taken_on(start), (start - 5, 10, lambda matter, day: matter.lacks(missing))]


WITH_STATUTES = ("laternen", "kranich", "olivenweg", "morgenroete", "windrose", "lavendel", "papierboot")


SHOWN: dict[str, dict[str, str]] = {
    "laternen": {"mailbox": "laternen@example.org"},
    "segel": {"description": "Neun Organisationen, eine gemeinsame Stimme."},
    "querfunk": {"website": "https://querfunk.example.org"},
}
"""What some show beside name, field of work, district and languages."""


def stories() -> list[Story]:
    """All of them, in no particular order; some come with their statutes, some are shown in the register."""
    found = _all()
    for story in found:
        if not story.again and roster.organisations()[story.name].published:
            shown = _shown(story)
            last = story.deeds[-1][0]
            story.deeds.append((last - 2, 18, lambda matter, day, shown=shown: matter.shows(shown)))  # type: ignore[misc]
        if story.slug in WITH_STATUTES and not story.again:
            story.deeds = with_paper("satzung", "Satzung", story.deeds)
    return found


def _shown(story: Story) -> dict[str, str]:
    one = roster.organisations()[story.name]
    known = {"name": one.name, "field": one.field, "districts": one.district, "languages": one.languages}
    return known | SHOWN.get(story.slug, {})


def guest(start: int, reasons: str) -> list[tuple[int, int, Deed]]:
    """… and admitted as a guest, because the work here begins only now."""
    few = ("open", "Genannt sind zwei Termine; bis zur Aufnahme als Mitglied kommen weitere dazu.")
    return decided(start, "admit_as_guest", reasons, None, K01=STARTING, K07=few)


def _all() -> list[Story]:
    rules_missing = {"K04": "Bitte reichen Sie eine Seite Regeln nach: Wahl, Versammlung, Eintritt, Austritt."}
    safeguarding = {"K12": "Bitte reichen Sie das Schutzkonzept nach oder nennen Sie den Tag dafür."}
    minors = {"works_with_minors": True, "safeguarding": "concept", "later.K12": True}
    return [
        Story("Kulturverein Sieben Laternen e. V.", "Selin Aydar", "laternen", {}, decided(300, "admit", MET)),
        Story(
            "Elternnetz Kranichschule e. V.",
            "Olha Marenko",
            "kranich",
            {
                **minors,
                "purpose": "Eltern helfen Eltern in der Schule. Wir gehören auch zum Bündnis Bunte Segel.",
            },
            decided(280, "admit", MET),
        ),
        Story("SV Morgenstern-Kegel e. V.", "Baran Demirtürk", "kegel", {}, decided(395, "admit", MET)),
        Story(
            "Fachkreis Zugvogel-Ingenieure e. V.",
            "Inés Valdoro",
            "zugvogel",
            {},
            decided(230, "admit", MET),
        ),
        Story(
            "Bündnis Bunte Segel e. V.",
            "Mira Kostadin",
            "segel",
            {
                "purpose": "Neun Organisationen haben sich zusammengeschlossen, um gemeinsam gehört zu werden.",
                "activities": lambda d: activities(d, "here", 10, 40, 80, 120),
            },
            decided(215, "admit", AS_AN_UMBRELLA),
        ),
        Story(
            "Postmigrantische Werkstatt Querfunk",
            "Yaren Holm",
            "querfunk",
            group(),
            decided(190, "admit", AS_A_GROUP),
        ),
        Story(
            "Brückenchor Seegras",
            "Tomasz Wielgo",
            "seegras",
            {**_outside(4), "portal_consent": False},
            decided(170, "admit", ACTIVE_HERE)[:-1],
        ),
        Story(
            "Nachbarschaftskreis Weidenkorb",
            "Malik Ostrow",
            "weidenkorb",
            group(rules_for_leaving=False),
            decided(
                120,
                "admit_with_obligations",
                "Ein Kriterium ist offen und durch eine Auflage behebbar.",
                ("K04", "Der Nachbarschaftskreis ergänzt seine Regeln um einen Satz, wie jemand austritt."),
                K04=LEAVING,
            ),
        ),
        Story(
            "Frauentreff Granatapfelhof",
            "Rojda Selwan",
            "granatapfel",
            group(**_beginning(12, 33)),
            guest(110, "Die Arbeit in der Stadt beginnt gerade erst."),
        ),
        Story(
            "Mädchentreff Glühwürmchen e. V.",
            "Nilay Torun",
            "gluehwurm",
            {**_beginning(10, 41), **minors},
            guest(95, "Der Treff eröffnet in diesem Quartal; zwei Termine gab es schon."),
        ),
        Story(
            "Ankommensnetz Fährhaus",
            "Selam Berhe",
            "faehrhaus",
            group(**_beginning(8, 50)),
            guest(150, "Das Netz zieht aus dem Nachbarkreis her und beginnt hier mit zwei Terminen."),
        ),
        Story(
            "Tanzgruppe Wirbelwind e. V.",
            "Zofia Lemke",
            "wirbelwind",
            _beginning(15, 60),
            guest(240, "Die Proben in Musterfeld beginnen gerade erst."),
        ),
        Story(
            "Freundeskreis Papierboot e. V.",
            "Ayla Winter",
            "papierboot",
            _outside(2),
            [*_stated(160), (130, 15, lambda m, d: m.is_signed()), (128, 18, lambda m, d: m.opens_notice())],
        ),
        Story(
            "Sonntagsschule Lindenbuchstabe e. V.",
            "Kavitha Arumuga",
            "linden",
            {**minors},
            [*taken_on(140), (132, 12, lambda m, d: m.is_withdrawn())],
        ),
        Story(
            "Sonntagsschule Lindenbuchstabe e. V.",
            "Kavitha Arumuga",
            "linden",
            {**minors},
            taken_on(9),
            again=True,
        ),
        Story(
            "Elterncafé Kornblume",
            "Dilek Sommer",
            "kornblume",
            group(),
            [
                *_lacking(410, rules_missing),
                (130, 10, lambda m, d: m.closure_is_announced()),  # four weeks, and more around Christmas
                (84, 11, lambda m, d: m.is_closed("Sechs Monate kam keine Antwort.")),
            ],
        ),
        Story(
            "Elterncafé Kornblume", "Dilek Sommer", "kornblume", group(), decided(70, "admit", AS_A_GROUP), again=True
        ),
        Story(
            "Elterninitiative Sonnentau",
            "Irina Falter",
            "sonnentau",
            group(),
            [*taken_on(100), (92, 12, lambda m, d: m.is_withdrawn())],
        ),
        Story("Kulturzentrum Lavendelhof e. V.", "Aminata Sow", "lavendel", {}, _lacking(48, rules_missing)),
        Story(
            "Ankommen Wolkenfurt",
            "Farid Noorzai",
            "wolkenfurt",
            group(),
            [*_lacking(25, rules_missing), (6, 12, lambda m, d: m.asks_for_more_time("supplement"))],
        ),
        Story(
            "Jugendwerk Nordlichtkanal e. V.",
            "Amadou Kiesel",
            "nordlicht",
            {**minors},
            _lacking(15, safeguarding),
        ),
        Story(
            "Gemeinde und Sozialdienst Olivenweg e. V.",
            "Hatice Oliven",
            "olivenweg",
            {},
            complete(22),
        ),
        Story(
            "Kulturwerkstatt Kupferdrache e. V.",
            "Selin Brandt",
            "kupferdrache",
            {},
            [
                *taken_on(30),
                (25, 10, lambda m, d: m.lacks({"K07": "Bitte reichen Sie den Sachbericht nach."})),
                (18, 19, lambda m, d: m.supplements({"K07": "Der Sachbericht liegt bei den Terminen."})),
                (15, 10, lambda m, d: m.is_complete()),
            ],
        ),
        Story(
            "Bürgerforum Morgenröte e. V.",
            "Jonas Veltin",
            "morgenroete",
            {},
            [
                *proposed(
                    40,
                    "admit",
                    "Mitglieder kandidieren für eine Partei; die Satzung gibt keiner Partei Weisungsrechte.",
                ),
                (22, 9, lambda m, d: m.comes_back("Bitte nennen Sie die Fundstelle in der Satzung.")),
                (
                    12,
                    10,
                    lambda m, d: m.is_proposed(
                        "admit",
                        "Die Satzung gibt in § 2 niemandem außerhalb Weisungsrechte. Nur das zählt.",
                    ),
                ),
            ],
        ),
        Story("Teestube Windrose e. V.", "Nuria Stein", "windrose", _outside(2), _heard(27)),
        Story("Tanzgruppe Wirbelwind e. V.", "Zofia Lemke", "wirbelwind", _outside(2), _stated(36), again=True),
        Story(
            "Papierboot Musterfeld e. V.",
            "Ayla Winter",
            "papierboot2",
            {
                "purpose": "Seit der Ablehnung haben wir einen Raum im Weberviertel und treffen uns dort jede Woche.",
                "activities": lambda d: activities(d, "here", 9, 16, 23, 30),
            },
            taken_on(6),
            mailbox="papierboot",
        ),
        Story("Frauenwerkstatt Safranfaden", "Shirin Parvan", "safran", group(), received(1)),
        Story(
            "Lesekreis Tintenfisch",
            "Lidia Moraru",
            "tintenfisch",
            group(contact_person=None, second_contact=None),
            received(12)[:1],
        ),
        Story(
            "Sprachbrücke Kiesel",
            "Samira Haile",
            "kiesel",
            group(purpose=None, activities=None),
            received(3)[:1],
        ),
    ]


KNOWN = (
    ("Chor der Hafenlichter", "list", "Liste der Stadtteilkonferenz"),
    ("Werkraum Morgenland", "event", "Stand beim Sommerfest im Weberviertel"),
    ("Nähkreis Rotkehlchen", "list", "Liste der Stadtteilkonferenz"),
    ("Mütternetz Apfelquitte", "request", "Anruf mit der Bitte um einen Raum"),
    ("Schachfreunde Läuferpaar", "event", "Tag der offenen Tür"),
    ("Bildungskreis Sternwarte", "list", "Förderliste des Vorjahres"),
    ("Gesprächskreis Zitronenbaum", "request", "Anfrage nach einer Dolmetscherin"),
    ("Trommelgruppe Regenbogenfluss", "event", "Auftritt beim Stadtfest"),
    ("Seniorentreff Akazie", "list", "Liste der Stadtteilkonferenz"),
    ("Hausaufgabenhilfe Leuchtturm", "list", "Förderliste des Vorjahres"),
    ("Frauenfrühstück Mandelblüte", "request", "Besuch in der Sprechstunde"),
    ("Theatergruppe Nachtzug", "event", "Aufführung im Kulturhaus"),
)
