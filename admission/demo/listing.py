"""A list of the office in the fictional city: uploaded the day before, read, with duplicates that wait for a person."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from admission.casework.list_work import work_on_lists
from admission.ground import clock
from admission.ground.db import db, writing
from admission.lists import actions

Act = tuple[int, int, Callable[[], None]]
NAME = "Netzwerkliste.csv"
ROWS = """Netzwerk MSO, interne Liste;;;;;;;
Stand: Herbst;;;;;;;
Vereinsname;Ansprechp.;Tel./Mobil;E-Mail;Straße;PLZ Ort;letzter Kontakt;Nationalität
Chor der Hafenlichter;Nuno Alves;0221 4710-163;chor@hafenlichter.example;Hafenallee 9;99004 Musterfeld;03/2024;
Theatergr. Nachtzug;Mira Novak;0221 4710-174 / 0177 4710174;;Bahnhofstraße 3;99001 Musterfeld;27.9.2025;
Naehkreis Rotkelchen;;;naehkreis@rotkehlchen.example;;;2024-11-05;
Lesekreis Tintenfass;Olena Kowal;0221 4710-166;olena@tintenfass.example;Turmstr. 8;99002 Musterfeld;12.05.2025;
Radwerkstatt Speiche;Lina Moreau;0221 4710-167;;Turmstraße 10;99002 Musterfeld;;
;;0221 4710-199;;;;;
Seniorentreff Akazie;Hedwig Baran;0221 4710-117;kontakt@akazie.example;Gartenweg 1;99005 Musterfeld;01.02.2025;
"""


def acts(people: Mapping[str, UUID]) -> Iterator[Act]:
    """(days ago, hour, what somebody does)."""
    yield 1, 10, lambda: _upload(people["Jorinde Falk"])


def _upload(clerk: UUID) -> None:
    writing()
    day = clock.today() - timedelta(days=30)
    actions.receive(db.session(), NAME, ROWS.encode("cp1252"), day, by=clerk)
    db.session.commit()
    work_on_lists(db.session())
