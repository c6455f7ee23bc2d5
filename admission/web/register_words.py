"""What the fields of the register are called, for the desk that fills them in and the one that shows them."""

from flask_babel import lazy_gettext

TITLES = {
    "name": lazy_gettext("Name"),
    "own_name": lazy_gettext("Name in your own script"),
    "field": lazy_gettext("Field of work"),
    "district": lazy_gettext("District"),
    "languages": lazy_gettext("Languages"),
    "description": lazy_gettext("What you offer"),
    "website": lazy_gettext("Website"),
    "mailbox": lazy_gettext("E-mail address of your office"),
    "phone": lazy_gettext("Phone number of your office"),
    "contact": lazy_gettext("Contact person"),
}
"""Field -> title for the organisation itself."""
PUBLIC_TITLES = {
    **TITLES,
    "own_name": lazy_gettext("Name in its own script"),
    "description": lazy_gettext("What it offers"),
    "mailbox": lazy_gettext("E-mail"),
    "phone": lazy_gettext("Phone"),
}
"""Field -> title for everybody else."""
