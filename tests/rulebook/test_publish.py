import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import NotFound, Refused
from admission.ground.ids import new_id
from admission.log.models import Entry
from admission.procedure.guards import EXAMPLES, GUARDS, Guard
from admission.rulebook import publish, queries
from admission.rulebook.compile import Unreadable
from admission.rulebook.load import load
from admission.rulebook.models import Edition, EditionTexts, Publication
from tests.factories import account
from tests.rulebook.edition import FOLDER, rulebook

NOON = datetime(2026, 2, 10, 11, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def an_empty_city(app: Flask):
    queries.forget()
    with clock.at(NOON):
        yield
    queries.forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "2026-1"))


def loaded(folder: Path = FOLDER) -> str:
    writing()
    digest = load(folder).digest
    db.session.commit()
    return digest


def proposed(digest: str, by, **changed) -> Publication:
    writing()
    values = {"in_force_from": FIRST_DAY, "resolution": "0087/2025-2030"} | changed
    publication = publish.propose(digest, by=by, **values)
    db.session.commit()
    return publication


def confirmed(publication: Publication, by) -> Publication:
    writing()
    found = publish.confirm(publication.id, by=by, role="approver")
    db.session.commit()
    return found


def entries(type_: str) -> list[dict]:
    found = db.session.scalars(select(Entry.body).where(Entry.type == type_).order_by(Entry.idx))
    return [json.loads(body) for body in found]


def refusal(call, *args, **kwargs) -> list[str]:
    writing()
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    db.session.rollback()
    return [reason.code for reason in error.value.reasons]


def test_a_loaded_edition_has_the_bytes_that_are_published():
    digest = loaded()

    edition = db.session.get(Edition, digest)
    assert edition.body.encode() == rulebook().body
    assert (edition.name, queries.rulebook(digest).name, digest) == ("2026-1", "2026-1", rulebook().digest)
    assert queries.named("2026-1").languages == ("de", "en")
    assert [row.digest for row in queries.editions()] == [digest]


def test_loading_again_changes_nothing():
    assert loaded() == loaded()
    assert db.session.scalar(select(func.count()).select_from(EditionTexts)) == 1
    assert len(entries("texts.published")) == 1


def test_an_edition_that_is_not_sound_is_not_loaded(folder):
    path = folder / "admission.toml"
    text = path.read_text(encoding="utf-8").replace('not_by = ["propose", "assess", "weigh"]', "", 1)
    path.write_text(text, encoding="utf-8")

    writing()
    with pytest.raises(Unreadable, match="Keine Aufnahme ohne vollständige Prüfung und zweite Unterschrift"):
        load(folder)
    assert queries.editions() == []


def test_an_edition_in_the_database_never_changes(folder):
    loaded()
    path = folder / "texts" / "de.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('= "Einreichen"', '= "Abschicken"'), encoding="utf-8")

    assert refusal(load, folder) == ["edition.name_is_taken"]


def test_mending_a_translation_needs_no_resolution_and_leaves_an_entry(folder):
    digest = loaded()
    with clock.at(NOON + timedelta(days=1)):
        path = folder / "texts" / "en.toml"
        text = path.read_text(encoding="utf-8").replace('"step.submit" = "', '"step.submit" = "Really ', 1)
        path.write_text(text, encoding="utf-8")
        assert loaded(folder) == digest

    assert queries.rulebook(digest).text("step.submit", "en").startswith("Really ")
    first, second = entries("texts.published")
    assert first["edition"] == second["edition"] == digest
    assert first["data"]["texts"] != second["data"]["texts"] and second["data"]["language"] == "en"
    assert second["actor"] == second["role"] == "system"


def test_two_accounts_put_an_edition_in_force():
    digest, head, deputy = loaded(), account(None, "admin"), account(None, "approver")

    publication = confirmed(proposed(digest, head), deputy)

    assert (publication.proposed_by, publication.confirmed_by, publication.kind) == (head, deputy, "resolved")
    assert queries.in_force(FIRST_DAY - timedelta(days=1)) is None
    book, found = queries.in_force(FIRST_DAY)
    assert (book.digest, found.resolution) == (digest, "0087/2025-2030")
    assert queries.in_force(FIRST_DAY).rulebook is book
    (entry,) = entries("edition.published")
    assert entry["edition"] == digest and entry["role"] == "approver"
    assert {name: entry["data"][name] for name in ("name", "in_force_from", "resolution")} == {
        "name": "2026-1",
        "in_force_from": "2026-03-01",
        "resolution": "0087/2025-2030",
    }
    assert len(entry["data"]["proposed_by"]) == 22 and entry["data"]["proposed_by"] != entry["actor"]


def test_nobody_confirms_what_they_proposed():
    digest, head = loaded(), account(None, "admin", "approver")
    publication = proposed(digest, head)

    assert refusal(publish.confirm, publication.id, by=head, role="admin") == ["four_eyes"]
    assert queries.in_force(FIRST_DAY) is None
    assert entries("edition.published") == []


def test_the_database_itself_wants_two_people():
    digest, head = loaded(), account(None, "admin")
    publication = proposed(digest, head)

    writing()
    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Publication).where(Publication.id == publication.id).values(confirmed_by=head, confirmed_at=NOON)
        )
    db.session.rollback()


def test_an_edition_is_confirmed_once():
    digest, head, deputy = loaded(), account(None, "admin"), account(None, "approver")
    publication = confirmed(proposed(digest, head), deputy)

    assert refusal(publish.confirm, publication.id, by=deputy, role="approver") == ["publication.exists"]
    assert refusal(publish.discard, publication.id) == ["publication.exists"]


def test_a_proposal_names_a_day_to_come_and_a_resolution_and_is_made_once():
    digest, head = loaded(), account(None, "admin")
    yesterday = date(2026, 2, 9)

    assert refusal(publish.propose, digest, in_force_from=yesterday, resolution=" ", by=head) == [
        "publication.day_is_past",
        "publication.resolution_is_missing",
    ]
    proposed(digest, head)
    assert refusal(publish.propose, digest, in_force_from=FIRST_DAY, resolution="1", by=head) == ["publication.exists"]


def test_a_proposal_can_be_taken_back():
    digest, head = loaded(), account(None, "admin")
    publication = proposed(digest, head)

    writing()
    publish.discard(publication.id)
    db.session.commit()

    assert queries.publications(digest) == []


def test_what_is_not_there_is_not_found():
    writing()
    for call in (
        lambda: publish.propose("0" * 64, in_force_from=FIRST_DAY, resolution="1", by=new_id()),
        lambda: publish.confirm(new_id(), by=new_id(), role="admin"),
        lambda: publish.discard(new_id()),
        lambda: queries.rulebook("0" * 64),
        lambda: queries.named("1999-1"),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_program_that_judges_a_frozen_row_otherwise_refuses_to_start(monkeypatch):
    loaded()
    publish.verify_loaded_editions()
    before = GUARDS["hearing_is_closed"]
    monkeypatch.setitem(GUARDS, before.name, Guard(before.name, before.reads, before.says, lambda facts: True))

    with pytest.raises(publish.GuardsChanged, match="hearing_is_closed judges otherwise: no hearing was opened"):
        publish.verify_loaded_editions()


def test_a_program_without_a_guard_or_with_other_rows_refuses_to_start(monkeypatch):
    loaded()
    monkeypatch.setitem(EXAMPLES, "hearing_is_closed", EXAMPLES["hearing_is_closed"][1:])
    with pytest.raises(publish.GuardsChanged, match="the frozen rows of hearing_is_closed are others"):
        publish.verify_loaded_editions()

    monkeypatch.undo()
    monkeypatch.delitem(GUARDS, "hearing_is_closed")
    with pytest.raises(publish.GuardsChanged, match="no guard hearing_is_closed"):
        publish.verify_loaded_editions()


def test_rows_added_at_the_end_change_nothing_for_an_edition(monkeypatch):
    loaded()
    longer = [*EXAMPLES["proceedings_are_resting"], {"name": "more", "facts": {"resting": 3}, "verdict": True}]
    monkeypatch.setitem(EXAMPLES, "proceedings_are_resting", longer)

    publish.verify_loaded_editions()
