"""The entry: its fields, for whom each may be shown, what waits for the office, and a history without values."""

import io
import json
from datetime import timedelta

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import func, select

from admission.ground import clock
from admission.ground.db import db
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.register import entry as entries
from admission.register.models import EntryCheck, Picture
from admission.register.public import entry as public_entry
from admission.register.queries import consents_held, fields
from tests import factories
from tests.office import Office
from tests.web.applicant.desk import Applicant
from tests.web.applicant.test_organisation import admit
from tests.web.browser import Browser, page


@pytest.fixture(autouse=True)
def a_day():
    with clock.at(factories.DAY):
        yield


@pytest.fixture
def office(browser) -> Office:
    return Office()


@pytest.fixture
def selin(browser: Browser, office) -> Applicant:
    return Applicant(browser, office.applicant)


def picture(width: int = 900, height: int = 300) -> io.BytesIO:
    """A PNG that tells where it was made."""
    told = PngInfo()
    told.add_text("Comment", "Lampenhof 2")
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG", pnginfo=told)
    out.seek(0)
    return out


def shows(selin: Applicant, home: str, name: str, purpose: str = "public", wish: str = "zustimmen") -> None:
    assert selin.fills(home, {f"{name}-{purpose}": wish}, to=home + "/freigaben").status_code == 303


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("offers", "Nähstube; dienstags; alle\n\n Frühstück ", "Nähstube; dienstags; alle\nFrühstück"),
        ("links", "https://a.example\nhttps://b.example/c", "https://a.example\nhttps://b.example/c"),
        ("mailboxes", "Vorstand: vorstand@a.example", "Vorstand: vorstand@a.example"),
        ("hours", "Montag\n9 bis 12 Uhr", "Montag\n9 bis 12 Uhr"),
        ("accessibility", "ebenerdig", "ebenerdig"),
        ("contact", "Selin Aydar, Vorsitz\nEmil Raddatz, Büro", "Selin Aydar, Vorsitz\nEmil Raddatz, Büro"),
        ("field", ["culture", "women"], "culture\nwomen"),
    ],
)  # fmt: skip
def test_a_field_is_kept_as_its_rule_says(selin, office, name, said, kept):
    key = admit(office).id

    assert selin.fills(f"/organisation/{key}/angaben/{name}", {"value": said}).status_code == 303

    db.session.rollback()
    assert fields(db.session(), key)[name] == kept


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("offers", "a; b; c; d"),
        ("links", "https://a.example\njavascript:alert(1)"),
        ("mailboxes", "vorstand@a.example"),
        ("field", ["culture", "piracy"]),
        ("field", ["culture", "women", "sport", "youth", "seniors", "work"]),
        ("contact", "\n".join(["Selin"] * 6)),
    ],
)
def test_what_is_no_value_comes_back(selin, office, name, said):
    key = admit(office).id

    assert selin.fills(f"/organisation/{key}/angaben/{name}", {"value": said}).status_code == 422

    db.session.rollback()
    assert name not in fields(db.session(), key)


def test_each_circle_reads_what_was_opened_to_it_and_nothing_else(selin, office):
    organisation = admit(office)
    key, home, slug = organisation.id, f"/organisation/{organisation.id}", organisation.slug
    for name, value in (("phone", "0221 4710-162"), ("hours", "montags"), ("accessibility", "ebenerdig")):
        selin.fills(f"{home}/angaben/{name}", {"value": value})
    shows(selin, home, "name")
    shows(selin, home, "phone", "network")
    shows(selin, home, "hours", "council")
    shows(selin, home, "accessibility")
    everybody = page(selin.opens(f"/verzeichnis/{slug}"))
    network = page(selin.opens("/organisation/netzwerk"))
    council = page(selin.opens(f"{home}/ansicht/council"))
    assert [text in everybody for text in ("0221 4710-162", "montags", "ebenerdig")] == [False, False, True]
    assert [text in network for text in ("0221 4710-162", "montags", "ebenerdig")] == [True, False, True]
    assert [text in council for text in ("0221 4710-162", "montags", "ebenerdig")] == [False, True, True]
    shows(selin, home, "phone", "network", "zurueckziehen")
    assert "0221 4710-162" not in page(selin.opens("/organisation/netzwerk"))
    db.session.rollback()
    assert set(consents_held(db.session(), key)) == {
        ("name", "public"),
        ("hours", "council"),
        ("accessibility", "public"),
    }


def test_the_network_is_read_by_its_members_alone(selin, office, browser):
    organisation = admit(office)
    home = f"/organisation/{organisation.id}"
    shows(selin, home, "name", "network")
    assert "Sieben Laternen" in page(selin.opens("/organisation/netzwerk"))
    stranger = Applicant(browser, factories.account(None, "applicant"))
    assert "Sieben Laternen" not in page(stranger.opens("/organisation/netzwerk"))


def test_the_public_history_names_the_field_and_the_day_and_forgets_what_is_withdrawn(selin, office):
    organisation = admit(office)
    home, slug = f"/organisation/{organisation.id}", organisation.slug
    selin.fills(f"{home}/angaben/phone", {"value": "0221 10000"})
    with clock.at(factories.DAY + timedelta(minutes=1)):
        shows(selin, home, "name")
        shows(selin, home, "phone")
    assert "Telefon geändert" not in page(selin.opens(f"/verzeichnis/{slug}"))  # nobody saw it then
    with clock.at(factories.DAY + timedelta(minutes=2)):
        selin.fills(f"{home}/angaben/phone", {"value": "0221 20000"})
        selin.fills(f"{home}/angaben/hours", {"value": "montags"})
    text = page(selin.opens(f"/verzeichnis/{slug}"))
    assert "Telefon geändert" in text and "Zeiten geändert" not in text
    assert "Telefon geändert" in page(selin.opens(home)) and "Zeiten geändert" in page(selin.opens(home))
    shows(selin, home, "phone", wish="zurueckziehen")
    assert "Telefon geändert" not in page(selin.opens(f"/verzeichnis/{slug}"))
    db.session.rollback()
    told = [
        json.loads(row) for row in db.session.scalars(select(Entry.body).where(Entry.type == "organisation.changed"))
    ]
    assert [one["data"] for one in told] == [
        {"field": "phone", "by": "organisation"}, {"field": "phone", "by": "organisation"},
        {"field": "hours", "by": "organisation"},
    ]  # fmt: skip
    assert all("case" not in one and "0221" not in json.dumps(one) for one in told)
    assert verify(db.session).faults == ()


def test_a_new_name_waits_and_the_old_one_stays(selin, office):
    organisation = admit(office)
    key, home, slug = organisation.id, f"/organisation/{organisation.id}", organisation.slug
    shows(selin, home, "name")
    selin.fills(f"{home}/angaben/name", {"value": "Kulturverein Acht Laternen e. V."})
    selin.fills(f"{home}/angaben/name", {"value": "Kulturverein Neun Laternen e. V."})
    assert "wird angesehen" in page(selin.opens(home))
    db.session.rollback()
    assert public_entry(db.session(), slug).fields["name"] == "Kulturverein Sieben Laternen e. V."
    (waits,) = entries.waiting(db.session())
    assert (waits.organisation_id, waits.value) == (key, "Kulturverein Neun Laternen e. V.")
    assert db.session.scalar(select(func.count()).select_from(EntryCheck).where(EntryCheck.value.is_not(None))) == 1


def test_a_logo_is_small_tells_nothing_and_goes_with_its_field(selin, office):
    organisation = admit(office)
    key, home = organisation.id, f"/organisation/{organisation.id}"
    assert selin.fills(f"{home}/angaben/logo", {"value": (io.BytesIO(b"<svg/>"), "logo.png")}).status_code == 422
    assert selin.fills(f"{home}/angaben/logo", {"value": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "a.pdf")}).status_code == 422
    assert selin.fills(f"{home}/angaben/logo", {"value": (picture(), "logo.png")}).status_code == 303
    assert selin.opens(f"{home}/logo").status_code == 404  # the office has not looked at it yet
    db.session.rollback()
    (kept,) = db.session.scalars(select(Picture.data))
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.size, shown.info) == ((400, 133), {})
    assert b"Lampenhof" not in kept
    assert selin.fills(f"{home}/angaben/logo", {"value": (picture(100, 100), "logo.png")}).status_code == 303
    db.session.rollback()
    (waits,) = entries.waiting(db.session())
    entries.accept(db.session(), waits, by=office.clerk, role="caseworker")
    db.session.commit()
    assert selin.opens(f"{home}/logo").mimetype == "image/png"
    assert db.session.scalar(select(func.count()).select_from(Picture)) == 1
    assert selin.fills(f"{home}/angaben/logo", {"remove": "y"}).status_code == 303
    db.session.rollback()
    assert "logo" not in fields(db.session(), key)
    assert db.session.scalar(select(func.count()).select_from(Picture)) == 0
