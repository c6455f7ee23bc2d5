"""Who may open what: the table that the application itself obeys, route by route."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import current_app, render_template
from flask_babel import gettext

from admission.people.roles import Role
from admission.web.access import ACCOUNTS, Rule, access, table
from admission.web.admin import bp
from admission.web.role_words import roles_in_words


class Line(NamedTuple):
    """One address: how it is asked, and who may."""

    address: str
    method: str
    who: str


@bp.get("/zugriffe")
@access(Role.ADMIN)
def access_table() -> str:
    """Every route with the roles that open it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return render_template("admin/zugriffe.html", lines=sorted(_lines(table(app))))


def _lines(rows: Iterable[tuple[str, str, Rule]]) -> Iterable[Line]:
    methods: dict[tuple[str, str], list[str]] = {}
    for address, method, rule in rows:
        methods.setdefault((address, _who(rule)), []).append(method)
    for (address, who), found in methods.items():
        yield Line(address, ", ".join(sorted(found)), who)


def _who(rule: Rule) -> str:
    if rule.public:
        return str(gettext("Everybody"))
    if rule.roles == {Role.APPLICANT}:
        return str(gettext("Organisations, only what is their own"))
    return str(gettext("Everybody who is signed in")) if rule.roles == ACCOUNTS else roles_in_words(rule.roles)
