"""The roles in words, as the pages of administration and account show them."""

from collections.abc import Iterable

from flask_babel import lazy_gettext

from admission.people.roles import Role

ROLES = {
    Role.APPLICANT: lazy_gettext("Organisations"),
    Role.CASEWORKER: lazy_gettext("Casework"),
    Role.APPROVER: lazy_gettext("Second signature"),
    Role.SECRETARIAT: lazy_gettext("Secretariat of the committee"),
    Role.COUNCIL: lazy_gettext("Committee"),
    Role.ADMIN: lazy_gettext("Administration"),
    Role.EXTERNAL_REVIEWER: lazy_gettext("External review"),
}


def roles_in_words(roles: Iterable[Role]) -> str:
    """Several roles, with commas."""
    return ", ".join(str(ROLES[role]) for role in sorted(roles, key=list(Role).index))
