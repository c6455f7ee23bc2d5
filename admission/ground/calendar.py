"""Public holidays, for the command that writes an edition's calendar; nothing else imports this (11 MB, 50 ms)."""

from datetime import date

import holidays

YEARS_BEFORE, YEARS_AFTER = 1, 10
HEAD = """\
# Public holidays of {state}, written by `flask rulebook calendar`; Saturdays and Sundays are no working days anyway.
"""
STATES = {"NW": "North Rhine-Westphalia"}


def public_holidays(first_year: int, last_year: int, state: str = "NW") -> dict[date, str]:
    """The public holidays of a German state by their German names, in order, both years included."""
    years = range(first_year, last_year + 1)
    found = holidays.country_holidays("DE", subdiv=state, language="de", years=years)
    return dict(sorted(found.items()))


def calendar_toml(year: int, state: str = "NW") -> str:
    """The text of `calendar.toml` for an edition of that year: the year before to ten years after."""
    first, last = year - YEARS_BEFORE, year + YEARS_AFTER
    days = [f'"{day.isoformat()}" = "{name}"' for day, name in public_holidays(first, last, state).items()]
    head = HEAD.format(state=STATES.get(state, state))
    return f'{head}\nfrom = "{first}-01-01"\nthrough = "{last}-12-31"\n\n[days]\n' + "\n".join(days) + "\n"
