"""Pictures as plain coordinates."""

import math

from admission.reports.charts import LARGEST, SMALLEST, tiles


def test_the_area_of_a_disc_grows_with_its_count():
    most, quarter, none = (tile.radius for tile in tiles([("Mitte", 40), ("Senne", 10), ("Heepen", 0)]))

    assert (most, none) == (LARGEST, SMALLEST)
    assert math.isclose((quarter - SMALLEST) / (most - SMALLEST), 0.5, abs_tol=0.01)


def test_tiles_stand_two_in_a_row_and_none_on_another():
    made = tiles([(f"Bezirk {number}", number) for number in range(5)])

    assert len({(tile.x, tile.y) for tile in made}) == 5
    assert [tile.y for tile in made] == sorted(tile.y for tile in made) and made[-1].y == 2 * made[2].y


def test_a_long_name_is_torn_where_words_end_and_cut_where_there_is_no_end():
    names = ["Nordhafen", "Brackwede-Süd und Quelle", "Donaudampfschifffahrtsviertel"]

    assert [tile.name for tile in tiles([(name, 1) for name in names])] == [
        ("Nordhafen",), ("Brackwede-", "Süd und Quelle"), ("Donaudampfschif…",),
    ]  # fmt: skip
