"""What is still missing before a city's pages may go public: an empty list lets `flask city check` succeed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from admission.city.queries import CitySettings

OWED = {
    "name": ("city.name_is_missing", "Der Name der Stadt fehlt."),
    "imprint": ("city.imprint_is_missing", "Das Impressum ist leer (DDG § 5, MStV § 18)."),
    "data_protection_officer": (
        "city.privacy_contact_is_missing",
        "Die behördlichen Datenschutzbeauftragten sind nicht genannt (DSGVO Art. 13 Abs. 1 Buchst. b).",
    ),
    "data_protection_authority": (
        "city.privacy_authority_is_missing",
        "Die Aufsichtsbehörde für den Datenschutz ist nicht genannt (DSGVO Art. 13 Abs. 2 Buchst. d).",
    ),
    "court": ("city.court_is_missing", "Das Verwaltungsgericht für den Rechtsbehelf fehlt (VwVfG NRW § 37 Abs. 6)."),
    "ombuds_office": ("city.ombuds_office_is_missing", "Die Ombudsstelle für Barrierefreiheit fehlt (BGG NRW § 10d)."),
    "office": ("city.office_is_missing", "Der Name der Stelle fehlt; er steht über jedem Schreiben."),
    "office_address": ("city.office_address_is_missing", "Die Anschrift der Stelle fehlt im Briefkopf."),
    "contact_person": ("city.contact_person_is_missing", "Es ist keine Ansprechperson benannt."),
    "phone": ("city.phone_is_missing", "Die Telefonnummer fehlt: Antragstellende sollen anrufen können."),
}
"""Setting -> what is said while it is empty."""
NOT_HTTPS = ("city.address_is_not_https", "Die Adresse der Anwendung beginnt nicht mit https://.")
OTHER_ADDRESS = (
    "city.address_is_another",
    "Die Adresse der Anwendung (BASE_URL) ist nicht die, die bei der Einrichtung angegeben wurde. "
    "Links in Mails führen dann anderswohin.",
)
OTHER_COURT = (
    "city.court_is_another",
    "Das Gericht im geltenden Regelwerk ist nicht das der Stadt. In Bescheiden steht das des Regelwerks.",
)
OTHER_POSTCODES = (
    "city.postcodes_are_others",
    "Die Postleitzahlen im geltenden Regelwerk sind nicht die der Stadt. Geprüft wird nach denen des Regelwerks.",
)
NOT_GUARDED = (
    "log.may_be_rewritten",
    "Unter der Rolle, mit der die Anwendung auf die Datenbank zugreift, ließen sich Einträge des Protokolls ändern: "
    "In DATABASE_URL gehört die zweite Rolle, der `flask db upgrade` mit APP_ROLE ihre Rechte gibt.",
)
NOT_TWO = (
    "city.two_people_are_missing",
    "Es fehlt eine zweite Person: Wer prüft, darf nicht unterschreiben. Nötig sind eine Sachbearbeitung und jemand "
    "anderes für die zweite Unterschrift.",
)
NO_ADMIN = ("city.admin_is_missing", "Niemand kann sich anmelden und Rollen vergeben.")
NO_CITY = ("city.not_set_up", "Die Stadt ist noch nicht eingerichtet: flask city init")


@dataclass(frozen=True)
class Finding:
    """Something that has to be mended: a code for pages, a German sentence for the operator's screen."""

    code: str
    says: str


@dataclass(frozen=True)
class Resolved:
    """What the edition in force says that the city's settings say as well; the edition has the legal effect."""

    court: str
    postcodes: Collection[str]


def check(
    settings: CitySettings | None,
    staffing: Mapping[str, frozenset[UUID]],
    *,
    served_at: str | None = None,
    resolved: Resolved | None = None,
    guarded: bool = True,
) -> list[Finding]:
    """Everything that is missing or does not fit together.

    `staffing`: role -> people who can act in it now (`people.queries.staffing`); `served_at`: the address that links
    are made from; `resolved`: none while no edition is in force; `guarded`: the database lets the application change no
    entry of the log.
    """
    if settings is None:
        return [Finding(*NO_CITY), *_people(staffing)]
    return [
        *_texts(settings),
        *_address(settings, served_at),
        *(_law(settings, resolved) if resolved else ()),
        *_people(staffing),
        *([] if guarded else [Finding(*NOT_GUARDED)]),
    ]


def _texts(settings: CitySettings) -> Iterator[Finding]:
    for name, said in OWED.items():
        if not getattr(settings, name).strip():
            yield Finding(*said)


def _address(settings: CitySettings, served_at: str | None) -> Iterator[Finding]:
    url = urlsplit(settings.base_url)
    if not settings.sample and (url.scheme != "https" or not url.hostname):
        yield Finding(*NOT_HTTPS)
    if served_at is not None and served_at.rstrip("/") != settings.base_url.rstrip("/"):
        yield Finding(*OTHER_ADDRESS)


def _law(settings: CitySettings, resolved: Resolved) -> Iterator[Finding]:
    if settings.court.strip() and _plain(settings.court_in_full) != _plain(resolved.court):
        yield Finding(*OTHER_COURT)
    if settings.postcodes and set(settings.postcodes) != set(resolved.postcodes):
        yield Finding(*OTHER_POSTCODES)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _people(staffing: Mapping[str, frozenset[UUID]]) -> Iterator[Finding]:
    clerks, signatories = staffing.get("caseworker", frozenset()), staffing.get("approver", frozenset())
    if not any(clerk != signatory for clerk in clerks for signatory in signatories):
        yield Finding(*NOT_TWO)
    if not staffing.get("admin"):
        yield Finding(*NO_ADMIN)
