"""How words are compared: one name has many spellings, and different names stay different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.register.spelling import alike, fewest_shared, key, pairs, slips, sound, within, words

ONE_WORD = (
    ("Müller", "Mueller", "Muller", "MÜLLER", "mu\u0308ller"),
    ("Straße", "Strasse", "STRASSE", "STRAẞE"),
    ("Ağaç", "AĞAÇ", "agac"),
    ("İstanbul", "Istanbul", "ISTANBUL", "ıstanbul"),
    ("Kurmancî", "kurmanci"),
    ("Việt", "viet", "VIÊT"),
    ("Đồng", "dong"),
    ("Łódź", "lodz"),
    ("Україна", "УКРАЇНА", "ukraina"),
    ("Йорданка", "Иорданка"),
    ("Ёлка", "елка", "elka"),
    ("أحمد", "احمد", "أَحْمَد"),
    ("القمر", "قمر"),
    ("Ελλάδα", "ΕΛΛΆΔΑ", "ellada"),
)
SAME_SOUND = (
    ("Шевченко", "Schewtschenko", "Shevchenko", "Chevtchenko"),
    ("Україна", "Ukrajina", "Ukraiina"),
    ("Хабиб", "Khabib", "Chabib", "Habib"),
    ("Nguyễn", "Nguyen"),
    ("Yıldız", "Jildiz"),
)
MEANT = (
    ("mondkarusel", "mondkarussell"),
    ("latrenen", "laternen"),
    ("granatapfelhoff", "granatapfelhof"),
    ("wolkenfden", "wolkenfaden"),
    ("garmonija", "harmonia"),
    ("rumman", words("الرمان")[0]),
    ("laterne", "laternenfest"),
)
NOT_MEANT = (("sport", "kultur"), ("frauen", "eltern"), ("tee", "see"), ("nordhafen", "weberviertel"))


@pytest.mark.parametrize("spellings", ONE_WORD, ids=lambda spellings: spellings[0])
def test_one_word_is_found_however_it_is_written(spellings):
    assert len({words(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize("spellings", SAME_SOUND, ids=lambda spellings: spellings[0])
def test_transliterations_of_one_name_sound_alike(spellings):
    first, *others = [words(spelling)[0] for spelling in spellings]

    assert [alike(other, first) and alike(first, other) for other in others] == [True] * len(others)


@pytest.mark.parametrize(("typed", "meant"), MEANT)
def test_what_was_mistyped_is_understood_and_found_by_its_letters(typed, meant):
    assert alike(typed, meant)
    assert len(pairs(typed) & pairs(meant)) >= fewest_shared(typed)


@pytest.mark.parametrize(("typed", "other"), NOT_MEANT)
def test_another_word_is_not_taken_for_it(typed, other):
    assert not alike(typed, other)


def test_a_legal_form_is_no_word_and_an_address_holds_every_script():
    assert words("Kulturverein Sieben Laternen e. V.") == ("kulturverein", "sieben", "laternen")
    assert key("Kurmandschi (Kurmancî)") == "kurmandschi-kurmanci"
    assert key("中文") == "中文"


@given(st.text(alphabet="abcdefgh", max_size=8), st.text(alphabet="abcdefgh", max_size=8), st.integers(0, 3))
def test_the_bounded_distance_is_the_distance_as_far_as_the_bound(one, other, allowed):
    assert within(one, other, allowed) == (distance(one, other) <= allowed)


@given(st.text(alphabet="abdefiklmnoprstu", min_size=4, max_size=16), st.data())
def test_a_word_with_one_slip_shares_enough_letters_to_be_found(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    way = data.draw(st.sampled_from(("left out", "added", "changed", "swapped")))
    letter = data.draw(st.sampled_from("abdefiklmnoprstu"))
    slip = {"left out": "", "added": letter + word[at], "changed": letter, "swapped": word[at : at + 2][::-1]}[way]
    typed = word[:at] + slip + word[at + (2 if way == "swapped" else 1) :]

    if slips(typed) and within(sound(typed), sound(word), 1):
        assert alike(typed, word)
        assert len(pairs(typed) & pairs(word)) >= fewest_shared(typed)


def distance(one: str, other: str) -> int:
    """The same by the definition, slowly: the whole table."""
    table = [[max(a, b) if not min(a, b) else 0 for b in range(len(other) + 1)] for a in range(len(one) + 1)]
    for a in range(1, len(one) + 1):
        for b in range(1, len(other) + 1):
            table[a][b] = min(
                table[a - 1][b] + 1, table[a][b - 1] + 1, table[a - 1][b - 1] + (one[a - 1] != other[b - 1])
            )
            if a > 1 and b > 1 and one[a - 1] == other[b - 2] and one[a - 2] == other[b - 1]:
                table[a][b] = min(table[a][b], table[a - 2][b - 2] + 1)
    return table[-1][-1]
