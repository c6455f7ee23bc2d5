"""What each figure stands on and what it cannot say, in words; for the page of figures and for written answers."""

from flask_babel import lazy_gettext

SOURCES = {
    "application": lazy_gettext("applications"),
    "list": lazy_gettext("lists of the integration office"),
    "event": lazy_gettext("events"),
    "request": lazy_gettext("requests"),
    "notice": lazy_gettext("hints from others"),
}
"""Code of a source -> what made organisations known."""
LIMITS = {
    "known": lazy_gettext("organisations that nobody has told us of; drafts; organisations that have dissolved"),
    "verified_active": lazy_gettext("organisations that work but have not been in touch"),
    "reachable": lazy_gettext("organisations whose contact was confirmed longer ago, or never"),
    "member": lazy_gettext("guests; memberships that have ended"),
    "guest": lazy_gettext("members; guest status that has ended"),
    "published": lazy_gettext("organisations that do not show their name; they may, and nobody asks why"),
    "taken_over": lazy_gettext("members that were assessed by the criteria"),
    "kept_as_network": lazy_gettext("organisations that were taken over by resolution, or that applied"),
    "umbrella": lazy_gettext("unions that the office has not marked"),
    "hosted": lazy_gettext("hosted groups that the office has not marked"),
    "protected": lazy_gettext("organisations that simply show nothing"),
}
"""Set -> what is not in it."""
FROM = {
    "known": lazy_gettext("sources with a day, each recorded in the log"),
    "verified_active": lazy_gettext("confirmations, visits and talks, activities with a date"),
    "reachable": lazy_gettext("confirmations by the organisations themselves, online, by phone or by post"),
    "member": lazy_gettext("notices of admission, the resolution on the former network; each signed by two people"),
    "guest": lazy_gettext("notices of guest status; each was signed by a second person"),
    "published": lazy_gettext("consents, for each field by itself; a consent that was withdrawn no longer counts"),
    "taken_over": lazy_gettext("the resolution on the former network"),
    "kept_as_network": lazy_gettext("lists of the integration office"),
    "umbrella": lazy_gettext("marks of the integration office, each recorded in the log"),
    "hosted": lazy_gettext("marks of the integration office, each recorded in the log"),
    "protected": lazy_gettext("marks of the integration office, each recorded in the log"),
}
"""Set -> from what it is counted."""
