"""A production that would be unsafe does not start, and says why."""

import pytest

from config import UnsafeConfig, from_environment


@pytest.fixture
def safe(tmp_path):
    key = tmp_path / "master.key"
    key.write_text("5" * 64)
    key.chmod(0o600)
    return {
        "MODE": "production",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-and-more",
        "BASE_URL": "https://mso.musterfeld.example",
        "CITY": str(tmp_path),
        "FILES_DIR": str(tmp_path),
        "MASTER_KEY_FILE": str(key),
        "LOG_KEY_FILE": str(key),
        "DATABASE_URL": "postgresql+psycopg://mso@db.example/mso?sslmode=verify-full",
        "MAIL_SERVER": "relay.example",
        "MAIL_USE_TLS": "1",
    }


def test_a_safe_production_starts(safe):
    config = from_environment(safe)

    assert config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert config["SESSION_COOKIE_SECURE"] is True
    assert config["TRUSTED_HOSTS"] == ["mso.musterfeld.example"]
    assert config["DEMO"] is config["DEBUG"] is False


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "dev"}, "SECRET_KEY"),
        ({"SECRET_KEY": "too-short"}, "SECRET_KEY"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"DEMO": "1"}, "DEMO"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"BASE_URL": "http://mso.musterfeld.example"}, "BASE_URL"),
        ({"CITY": ""}, "CITY"),
        ({"CITY": "/nowhere"}, "CITY"),
        ({"MASTER_KEY_FILE": ""}, "MASTER_KEY_FILE"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql+psycopg://mso@db.example/mso"}, "DATABASE_URL"),
        ({"MAIL_USE_TLS": ""}, "MAIL_SERVER"),
    ],
    ids=str,
)
def test_each_danger_is_refused_with_a_sentence(safe, change, word):
    with pytest.raises(UnsafeConfig) as refused:
        from_environment(safe | change)

    (sentence,) = refused.value.sentences
    assert word in sentence


def test_a_key_that_everybody_can_read_is_refused(safe, tmp_path):
    (tmp_path / "master.key").chmod(0o644)

    with pytest.raises(UnsafeConfig, match="chmod 600"):
        from_environment(safe)


def test_an_empty_environment_is_a_production_and_does_not_start():
    with pytest.raises(UnsafeConfig) as refused:
        from_environment({})

    assert len(refused.value.sentences) >= 5


def test_no_refusal_tells_a_secret(safe):
    with pytest.raises(UnsafeConfig) as refused:
        from_environment(
            safe | {"SECRET_KEY": "hunter2", "DATABASE_URL": "postgresql+psycopg://mso:pw123@db.example/mso"}
        )

    assert "hunter2" not in str(refused.value)
    assert "pw123" not in str(refused.value)


def test_an_unknown_mode_is_refused():
    with pytest.raises(UnsafeConfig, match="MODE"):
        from_environment({"MODE": "prod"})
