"""What the fields of the register are called, for the desk that fills them in and the one that shows them."""

from flask_babel import lazy_gettext

TITLES = {
    "name": lazy_gettext("Name"),
    "own_name": lazy_gettext("Name in your own script"),
    "logo": lazy_gettext("Logo"),
    "field": lazy_gettext("Fields of work"),
    "districts": lazy_gettext("Districts"),
    "languages": lazy_gettext("Languages"),
    "description": lazy_gettext("Who you are"),
    "offers": lazy_gettext("Your offers"),
    "hours": lazy_gettext("Your hours"),
    "accessibility": lazy_gettext("Access to your rooms"),
    "website": lazy_gettext("Website"),
    "links": lazy_gettext("Further addresses on the web"),
    "mailbox": lazy_gettext("E-mail address of your office"),
    "mailboxes": lazy_gettext("Mailboxes for single tasks"),
    "phone": lazy_gettext("Phone number of your office"),
    "post": lazy_gettext("Your postal address"),
    "contact": lazy_gettext("Contact persons"),
}
"""Field -> title for the organisation itself."""
PUBLIC_TITLES = {
    **TITLES,
    "own_name": lazy_gettext("Name in its own script"),
    "description": lazy_gettext("Who it is"),
    "offers": lazy_gettext("Offers"),
    "hours": lazy_gettext("Hours"),
    "accessibility": lazy_gettext("Access"),
    "links": lazy_gettext("On the web"),
    "mailbox": lazy_gettext("E-mail"),
    "mailboxes": lazy_gettext("Mailboxes"),
    "phone": lazy_gettext("Phone"),
    "post": lazy_gettext("Postal address"),
}
"""Field -> title for everybody else."""
CODES = {
    "application": lazy_gettext("application"),
    "list": lazy_gettext("list"),
    "event": lazy_gettext("event"),
    "request": lazy_gettext("request by the organisation"),
    "notice": lazy_gettext("hint from others"),
    "visit": lazy_gettext("visit"),
    "talk": lazy_gettext("talk"),
    "phone": lazy_gettext("by phone"),
    "letter": lazy_gettext("by letter"),
    "mail": lazy_gettext("by mail"),
    "post": lazy_gettext("by post"),
    "link": lazy_gettext("by the mailed link"),
    "code": lazy_gettext("by the printed code"),
    "dissolved": lazy_gettext("it has dissolved"),
    "not_found": lazy_gettext("nobody can be found any more"),
    "never_existed": lazy_gettext("it was noted by mistake"),
    "network": lazy_gettext("so far kept as network"),
    "umbrella": lazy_gettext("union of organisations"),
    "hosted": lazy_gettext("under the roof of another one"),
    "protected": lazy_gettext("protected: counted, shown to nobody"),
    "member": lazy_gettext("member"),
    "taken_over": lazy_gettext("taken over"),
    "guest": lazy_gettext("guest"),
    "resigned": lazy_gettext("resigned"),
}
"""Codes of the register's events in words."""
KINDS = {
    "known": lazy_gettext("Known: %(code)s"),
    "ended": lazy_gettext("No longer counted: %(code)s"),
    "confirmed": lazy_gettext("Confirmed: %(code)s"),
    "contact": lazy_gettext("Contact: %(code)s"),
    "activity": lazy_gettext("Activity: %(code)s"),
    "standing": lazy_gettext("Standing: %(code)s"),
    "consent_given": lazy_gettext("Consent given: %(code)s"),
    "consent_withdrawn": lazy_gettext("Consent withdrawn: %(code)s"),
    "flagged": lazy_gettext("Marked: %(code)s"),
    "unflagged": lazy_gettext("No longer marked: %(code)s"),
    "informed": lazy_gettext("Informed: %(code)s"),
    "allowed": lazy_gettext("May be written to: %(code)s"),
    "objected": lazy_gettext("Objected: %(code)s"),
    "changed": lazy_gettext("Changed: %(code)s"),
    "merged": lazy_gettext("Merged into: %(code)s"),
    "joined": lazy_gettext("Taken in: %(code)s"),
    "split": lazy_gettext("Taken apart again from: %(code)s"),
    "parted": lazy_gettext("Taken apart again: %(code)s"),
    "declined": lazy_gettext("Change not taken over: %(code)s"),
}
"""Kinds of the register's events as sentences."""
PURPOSES = {
    "public": lazy_gettext("public"),
    "network": lazy_gettext("in the network"),
    "council": lazy_gettext("for the council"),
}
"""For whom a field may be shown."""
CHANGERS = {
    "organisation": lazy_gettext("by the organisation"),
    "office": lazy_gettext("by the integration office"),
}
"""Who changed a field."""
