"""Words of this desk: what a role is for, settings, what a city still owes."""

from flask_babel import gettext, lazy_gettext

from admission.city.check import Finding
from admission.people.roles import BY_INVITATION, Role

ABOUT = {
    Role.CASEWORKER.value: lazy_gettext("Checks applications, writes, proposes decisions."),
    Role.APPROVER.value: lazy_gettext("Signs or returns what somebody else has proposed."),
    Role.SECRETARIAT.value: lazy_gettext("Reads histories without names, for the committee's office."),
    Role.COUNCIL.value: lazy_gettext("Reads histories without names. Signs in with a mailed code."),
    Role.ADMIN.value: lazy_gettext("Gives roles, changes the city's settings, publishes editions. Reads no files."),
    Role.EXTERNAL_REVIEWER.value: lazy_gettext("From outside, for a time; the last day has to be named."),
}
GIVEN = tuple(role for role in Role if role in BY_INVITATION)
"""Roles that this desk gives, in the order of the list."""

SETTINGS = {
    "name": lazy_gettext("Name of the city"),
    "council": lazy_gettext("Committee"),
    "network": lazy_gettext("Name of the network"),
    "label": lazy_gettext("Short name for organisations"),
    "office": lazy_gettext("Name of the office"),
    "office_address": lazy_gettext("Address of the office"),
    "return_line": lazy_gettext("Return line above the address of letters"),
    "phone": lazy_gettext("Phone"),
    "mail": lazy_gettext("E-mail"),
    "hours": lazy_gettext("Hours and languages"),
    "head": lazy_gettext("Head of the office"),
    "head_title": lazy_gettext("Title of the head"),
    "contact_person": lazy_gettext("Contact person"),
    "court": lazy_gettext("Administrative court"),
    "court_address": lazy_gettext("Address of the court"),
    "data_protection_officer": lazy_gettext("Data protection officer"),
    "data_protection_authority": lazy_gettext("Supervisory authority for data protection"),
    "accessibility_feedback": lazy_gettext("Contact for barriers"),
    "ombuds_office": lazy_gettext("Ombuds office for accessibility"),
    "ombuds_address": lazy_gettext("Address of the ombuds office"),
    "ombuds_contact": lazy_gettext("Contact of the ombuds office"),
    "imprint": lazy_gettext("Imprint text"),
    "postcodes": lazy_gettext("Postcodes"),
    "districts": lazy_gettext("Districts"),
    "noindex": lazy_gettext("Keep the public register out of search engines"),
}
"""Settings that this desk changes; the address and the log's name are the operator's."""

OWED = {
    "city.not_set_up": lazy_gettext("The city is not set up yet."),
    "city.name_is_missing": lazy_gettext("The name of the city is missing."),
    "city.imprint_is_missing": lazy_gettext("The imprint is empty."),
    "city.privacy_contact_is_missing": lazy_gettext("The data protection officer is not named."),
    "city.privacy_authority_is_missing": lazy_gettext("The supervisory authority for data protection is not named."),
    "city.office_is_missing": lazy_gettext("The name of the office is missing."),
    "city.office_address_is_missing": lazy_gettext("The address of the office is missing."),
    "city.phone_is_missing": lazy_gettext("The phone number is missing."),
    "city.address_is_another": lazy_gettext(
        "These pages are served at another address than the one that was set up. Links in mails would lead elsewhere."
    ),
    "city.court_is_another": lazy_gettext(
        "The court in the rulebook in force is not the city's. Decisions name that of the rulebook."
    ),
    "city.postcodes_are_others": lazy_gettext(
        "The postcodes in the rulebook in force are not the city's. Applications are checked by those of the rulebook."
    ),
    "city.court_is_missing": lazy_gettext("The administrative court is missing."),
    "city.ombuds_office_is_missing": lazy_gettext("The ombuds office for accessibility is missing."),
    "city.contact_person_is_missing": lazy_gettext("No contact person is named."),
    "city.address_is_not_https": lazy_gettext("The address of these pages does not begin with https://."),
    "log.may_be_rewritten": lazy_gettext(
        "The database would let the application change entries of the log. The operator mends that."
    ),
    "city.two_people_are_missing": lazy_gettext(
        "A second person is missing: whoever assesses may not sign. Everything works up to the proposal."
    ),
    "city.admin_is_missing": lazy_gettext("Nobody can sign in and give roles."),
}


def owed(finding: Finding) -> str:
    """What is missing, in the reader's language."""
    return str(OWED.get(finding.code, finding.says))


def sign_in_in_words(has_password: bool, has_factor: bool) -> str:
    """How an account comes in."""
    if has_password:
        return str(gettext("Password and code of the app") if has_factor else gettext("Password, second factor lost"))
    return str(gettext("Mailed code"))
