"""The roles, and by which door each comes in."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may be here; `system` is the worker and never an account."""

    APPLICANT = "applicant"
    CASEWORKER = "caseworker"
    APPROVER = "approver"
    SECRETARIAT = "secretariat"
    COUNCIL = "council"
    ADMIN = "admin"
    EXTERNAL_REVIEWER = "external_reviewer"
    SYSTEM = "system"


BY_PASSWORD = frozenset({Role.CASEWORKER, Role.APPROVER, Role.SECRETARIAT, Role.ADMIN, Role.EXTERNAL_REVIEWER})
"""They read files or change settings: password and second factor. All others come by mailed code."""

BY_INVITATION = BY_PASSWORD | {Role.COUNCIL}
"""Given by a person to a person; nobody takes one of these by signing in."""

ALWAYS_ENDS = frozenset({Role.EXTERNAL_REVIEWER})
"""Lent for a time: a grant names its last day."""

NEVER_ENDS = frozenset({Role.ADMIN})
"""A grant that ran out by itself could leave the house without anyone who may give roles."""
