"""Setting up a real city: keys, first settings, the beginning of its log."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import func, select

from admission.city.check import check
from admission.city.queries import settings, values_on
from admission.city.setup import CannotSetUp, about_keys, make_keys, origin_of, set_up
from admission.ground import clock
from admission.ground.db import db, writing
from admission.log.checkpoint import Signer, begin_log, keys, sign_checkpoint, signer
from admission.log.models import Entry
from admission.log.verifier import verify

PRESETS = Path(__file__).parents[2] / "presets"
ADDRESS = "https://mso.bielefeld.example"


@pytest.fixture
def log_key(tmp_path):
    return make_keys(tmp_path / "keys", [tmp_path / "data"])["LOG_KEY_FILE"]


def test_keys_are_files_that_only_this_user_reads(tmp_path):
    made = make_keys(tmp_path / "keys", [tmp_path / "data"])

    assert set(made) == {"MASTER_KEY_FILE", "LOG_KEY_FILE", "SECRET_KEY_FILE"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in made.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {len(bytes.fromhex(file.read_text().strip())) for file in made.values()} == {32}
    assert len({file.read_text() for file in made.values()}) == 3


def test_a_key_that_is_there_is_never_overwritten_and_nothing_beside_it_is_made(tmp_path):
    (tmp_path / "log.key").write_text("kept")

    with pytest.raises(CannotSetUp, match=r"log\.key"):
        make_keys(tmp_path, [tmp_path / "data"])

    assert [file.name for file in tmp_path.iterdir()] == ["log.key"]
    assert (tmp_path / "log.key").read_text() == "kept"


@pytest.mark.parametrize("place", ["data", "data/keys", "data/../data/keys"])
def test_keys_do_not_lie_where_the_data_lie(tmp_path, place):
    with pytest.raises(CannotSetUp, match="Datenordner"):
        make_keys(tmp_path / place, [tmp_path / "data"])

    assert list(tmp_path.iterdir()) == []


def test_the_operator_reads_of_each_key_where_it_lies_and_what_losing_it_costs(tmp_path):
    said = about_keys(tmp_path)

    assert [line.split(" ")[0] for line in said] == [
        str(tmp_path / name) for name in ("master.key", "log.key", "session.key")
    ]
    assert all("verloren" in line and "sicher" in line for line in said)


def test_a_preset_becomes_a_city_with_a_log_of_its_own_name(app, log_key):
    writing()
    origin = set_up(log_key, ADDRESS, preset=PRESETS / "bielefeld" / "city.toml")
    db.session.commit()

    city = settings(clock.today())
    assert origin == "mso.bielefeld.example/log1"
    assert (city.origin, city.base_url, len(city.districts)) == (origin, ADDRESS, 10)
    assert [(key.origin, key.from_size) for key in keys(db.session())] == [(origin, 0)]
    sign_checkpoint(db.session(), signer(origin, log_key))
    assert verify(db.session()).sound


def test_answers_are_taken_where_no_preset_fits_and_each_is_an_entry(app, log_key):
    writing()
    set_up(log_key, ADDRESS, answers={"name": "Stadt Anderswo", "postcodes": ["33602"], "phone": "", "sample": True})
    db.session.commit()

    assert set(values_on(clock.today())) == {"name", "postcodes", "base_url", "origin"}
    assert db.session.scalar(select(func.count()).select_from(Entry).where(Entry.type == "city.changed")) == 4


def test_answers_alone_leave_work_that_the_check_names(app, log_key):
    writing()
    set_up(log_key, ADDRESS, answers={"name": "Stadt Anderswo"})

    assert "city.imprint_is_missing" in [finding.code for finding in check(settings(clock.today()), {})]


def test_a_played_log_is_never_taken_on(app, log_key):
    begin_log(db.session(), Signer("demo.musterfeld.example/log1", signer("x", log_key).key))

    with pytest.raises(CannotSetUp, match="Beispielstadt"):
        set_up(log_key, ADDRESS)


def test_a_city_is_set_up_once(app, log_key):
    set_up(log_key, ADDRESS, answers={"name": "Stadt Anderswo"})

    with pytest.raises(CannotSetUp, match="gehört schon einer Stadt"):
        set_up(log_key, ADDRESS)


@pytest.mark.parametrize("address", ["", "mso.example.org", "https://", "https://demo.example.org"])
def test_an_address_without_a_host_or_of_a_sample_city_names_no_log(address):
    with pytest.raises(CannotSetUp):
        origin_of(address)


def test_the_name_of_a_log_holds_no_port_and_no_path():
    assert origin_of("https://MSO.example.org:8443/x") == "mso.example.org/log1"
