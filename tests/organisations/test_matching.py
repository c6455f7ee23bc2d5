"""What may show that two records speak of one organisation."""

import pytest

from admission.organisations.matching import (
    address_key,
    likeness,
    mail_key,
    person_key,
    phone_key,
    register_key,
    sound,
    sounds,
    street_key,
    transliterated,
    trigrams,
    words,
)

ALIKE = [
    ("KV 7 Laternen", "Kulturverein Sieben Laternen e. V."),
    ("Naehstube Wolkenfaden", "Nähstube Wolkenfaden"),
    ("Kulturverein Agac", "Kulturverein Ağaç e.V."),
    ("Українська спілка", "Ukrainska Spilka"),
    ("Frauentreff Windrose", "Windrose Frauentreff"),
    ("Elternnetz Kranichschule", "Eltern-Netz Kranichschule e.V."),
]
DIFFERENT = [
    ("Kulturverein Sieben Laternen", "Kulturverein Drei Brücken"),
    ("Verein Morgenstern", "Verein Kieselstein"),
    ("Frauengruppe Nordhafen", "Jugendclub Weberviertel"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_other_spellings_of_one_name_are_alike(one, other):
    assert likeness(trigrams(one), trigrams(other)) >= 0.6


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_share_only_general_words_are_not(one, other):
    assert likeness(trigrams(one), trigrams(other)) < 0.4


def test_abbreviations_and_numbers_are_written_out():
    assert words("KV 7 Laternen") == ("kulturverein", "sieben", "laternen")


def test_names_that_are_heard_alike_sound_alike():
    assert sound("mueller") == sound("miller")
    assert sounds("Chor Kieselstein") == sounds("Kor Kiselstein e. V.")
    assert sounds("Chor Kieselstein") != sounds("Chor Feuerstein")


def test_letters_of_other_scripts_are_written_in_latin_ones():
    assert transliterated("Ελληνική κοινότητα") == "elliniki koinotita"


@pytest.mark.parametrize("text", ["0221 4710-158", "+49 221 4710158", "+49 (0)221 / 47 10 158", "0049 221 4710158"])
def test_a_phone_number_is_its_digits(text):
    assert phone_key(text) == "02214710158"


def test_what_is_no_number_and_no_address_has_no_key():
    assert phone_key("12") is None
    assert mail_key("Selin Aydar") is None
    assert address_key("Altstadt") is None
    assert register_key("folgt") is None


@pytest.mark.parametrize("text", ["VR 99121", "vr99121", "99121", "AG Musterfeld, VR 99121"])
def test_a_register_number_is_one_however_it_is_written(text):
    assert register_key(text) == "vr99121"


def test_an_address_is_street_and_house():
    assert address_key("Weber-Str. 12 a, 99001 Musterfeld") == address_key("Weberstraße 12a") == "weber strasse 12a"
    assert street_key("Spulengasse 9") == street_key("Spulengasse 11")


def test_a_person_is_the_same_in_any_order_of_names():
    assert person_key("Aydar, Selin") == person_key("Selin Aydar")
