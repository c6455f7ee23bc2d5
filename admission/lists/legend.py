"""What the colours of a list mean, by its own legend: a single coloured cell beside or below the rows. Pure."""

from admission.lists.cells import standing
from admission.lists.tables import Reading


def meanings(reading: Reading) -> dict[str, str]:
    """Colour -> standing, where the list itself says so; of a colour that it explains twice the first word counts."""
    found: dict[str, str] = {}
    for table in reading.tables:
        for colour, text in table.legend:
            if meaning := standing(text):
                found.setdefault(colour, meaning)
    return found
