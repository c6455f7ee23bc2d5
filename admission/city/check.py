"""What is still missing before a city's pages may go public: an empty list lets `flask city check` succeed."""

from collections.abc import Iterator, Mapping
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
    "court": ("city.court_is_missing", "Das Verwaltungsgericht für den Rechtsbehelf fehlt (VwVfG NRW § 37 Abs. 6)."),
    "ombuds_office": ("city.ombuds_office_is_missing", "Die Ombudsstelle für Barrierefreiheit fehlt (BGG NRW § 10d)."),
    "contact_person": ("city.contact_person_is_missing", "Es ist keine Ansprechperson benannt."),
}
"""Setting -> what is said while it is empty."""
NOT_HTTPS = ("city.address_is_not_https", "Die Adresse der Anwendung beginnt nicht mit https://.")
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


def check(settings: CitySettings | None, staffing: Mapping[str, frozenset[UUID]]) -> list[Finding]:
    """Everything that is missing. `staffing`: role -> people who can act in it now (`people.queries.staffing`)."""
    if settings is None:
        return [Finding(*NO_CITY), *_people(staffing)]
    return [*_texts(settings), *_address(settings), *_people(staffing)]


def _texts(settings: CitySettings) -> Iterator[Finding]:
    for name, said in OWED.items():
        if not getattr(settings, name).strip():
            yield Finding(*said)


def _address(settings: CitySettings) -> Iterator[Finding]:
    url = urlsplit(settings.base_url)
    if url.scheme != "https" or not url.hostname:
        yield Finding(*NOT_HTTPS)


def _people(staffing: Mapping[str, frozenset[UUID]]) -> Iterator[Finding]:
    clerks, signatories = staffing.get("caseworker", frozenset()), staffing.get("approver", frozenset())
    if not any(clerk != signatory for clerk in clerks for signatory in signatories):
        yield Finding(*NOT_TWO)
    if not staffing.get("admin"):
        yield Finding(*NO_ADMIN)
