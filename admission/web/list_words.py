"""Words for lists: what was noticed, why a row meets its fate, what a column can be; for page, file and command."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext

from admission.web.page import HOUSE, day

FIELDS = {
    "name": lazy_gettext("Name of the organisation"),
    "person": lazy_gettext("Contact person"),
    "first_name": lazy_gettext("First name"),
    "last_name": lazy_gettext("Last name"),
    "role": lazy_gettext("Role of the person"),
    "contact": lazy_gettext("Contact (name, phone and e-mail mixed)"),
    "phone": lazy_gettext("Phone (several)"),
    "mail": lazy_gettext("E-mail (several)"),
    "postcode": lazy_gettext("Postcode"),
    "town": lazy_gettext("Town"),
    "place": lazy_gettext("Postcode and town"),
    "street": lazy_gettext("Street and number"),
    "house": lazy_gettext("House number"),
    "address": lazy_gettext("Whole address"),
    "district": lazy_gettext("District"),
    "field": lazy_gettext("Field of work"),
    "legal_form": lazy_gettext("Legal form"),
    "register_number": lazy_gettext("Register number"),
    "founded": lazy_gettext("Founded"),
    "member": lazy_gettext("Kept as network (yes or no)"),
    "status": lazy_gettext("Status in words"),
    "last_contact": lazy_gettext("Last contact (day)"),
    "website": lazy_gettext("Website"),
    "languages": lazy_gettext("Languages"),
    "note": lazy_gettext("Note"),
}
NOT_TAKEN = lazy_gettext("do not take over")
COLOURS = {
    "red": lazy_gettext("Red rows"),
    "orange": lazy_gettext("Orange rows"),
    "yellow": lazy_gettext("Yellow rows"),
    "green": lazy_gettext("Green rows"),
    "blue": lazy_gettext("Blue rows"),
    "purple": lazy_gettext("Purple rows"),
    "grey": lazy_gettext("Grey rows"),
    "struck": lazy_gettext("Rows struck through"),
}
STANDINGS = {
    "": lazy_gettext("mean nothing"),
    "member": lazy_gettext("are kept as network"),
    "guest": lazy_gettext("are guests"),
    "resting": lazy_gettext("are not active"),
    "ended": lazy_gettext("have dissolved"),
}
FATES = {
    "waits": lazy_gettext("waits for you"),
    "rejected": lazy_gettext("rejected"),
    "changes": lazy_gettext("changes something"),
    "new": lazy_gettext("new"),
    "same": lazy_gettext("changes nothing"),
}
STATES = {
    "received": lazy_gettext("is being read"),
    "open": lazy_gettext("is open"),
    "unreadable": lazy_gettext("could not be read"),
    "discarded": lazy_gettext("thrown away"),
    "taken_back": lazy_gettext("taken back"),
}
TASKS = {
    "read": lazy_gettext("The file is being read."),
    "judge": lazy_gettext("The rows are being compared with the register."),
    "take": lazy_gettext("The rows are being taken over."),
    "take_back": lazy_gettext("The list is being taken back."),
}
EVIDENCE = {
    "name": lazy_gettext("the same name"),
    "similar": lazy_gettext("a similar name"),
    "sounds": lazy_gettext("names that sound alike"),
    "register_number": lazy_gettext("the same register number"),
    "phone": lazy_gettext("the same phone number"),
    "mail": lazy_gettext("the same e-mail address"),
    "address": lazy_gettext("the same address"),
    "street": lazy_gettext("the same street"),
    "person": lazy_gettext("the same contact person"),
}
STAYED = {
    "contact": lazy_gettext("a contact"),
    "known": lazy_gettext("that it is known"),
    "name": lazy_gettext("its name"),
    "register_number": lazy_gettext("its register number"),
}
REASONS = {
    "file.broken": lazy_gettext("The file cannot be opened. Please save it again and upload it once more."),
    "file.empty": lazy_gettext("The file is empty. Please choose another one."),
    "file.too_large": lazy_gettext("The file is too large. Allowed are %(megabytes)s MB."),
    "list.kind": lazy_gettext("This kind of file is not taken. Possible are CSV, XLSX, ODS and XLS."),
    "list.locked": lazy_gettext("The file is locked with a password. Please save it without one."),
    "list.bomb": lazy_gettext(
        "The file would need far more room than a list of organisations. Please save only the rows that you need."
    ),
    "list.too_many_rows": lazy_gettext("The file has more than %(most)s rows. Please divide it."),
    "list.busy": lazy_gettext(
        "The background service is at work on this list. Please load the page again in a moment."
    ),
    "list.closed": lazy_gettext("This list is closed. Nothing about it changes any more."),
    "list.columns_unconfirmed": lazy_gettext("Please confirm first what the columns mean."),
    "list.nothing_to_take": lazy_gettext("No row is ready to be taken over."),
    "list.not_taken": lazy_gettext("Nothing of this list has been taken over."),
    "list.taken_already": lazy_gettext(
        "Rows of this list have been taken over. Take the list back first, then this is possible again."
    ),
    "list.encoding": lazy_gettext("Umlauts repaired (%(name)s)."),
    "list.letters_repaired": lazy_gettext("Broken letters repaired in %(cells)s cells."),
    "list.hidden_sheet": lazy_gettext("The hidden sheet “%(sheet)s” was not read."),
    "list.hidden_rows": lazy_gettext("%(rows)s rows are hidden in the sheet “%(sheet)s”; they were read all the same."),
    "list.titles_skipped": lazy_gettext("%(rows)s title rows skipped."),
    "list.sheet_without_names": lazy_gettext("The sheet “%(sheet)s” (%(rows)s rows) names no organisations; not read."),
    "list.without_colours": lazy_gettext("This kind of file tells neither colours nor hidden rows."),
    "row.without_name": lazy_gettext("Without a name it is not clear whom the row means"),
    "row.heading_again": lazy_gettext("The heading once more"),
    "row.total": lazy_gettext("A total or a note, no organisation"),
    "row.may_be_known": lazy_gettext("May be known already"),
    "row.only_a_name": lazy_gettext("Only a name: a heading, or an organisation?"),
    "row.says_ended": lazy_gettext("The list says that it has dissolved; nobody is dropped without being asked"),
    "row.unknown_so_far": lazy_gettext(
        "Known under no name and no number. Counts afterwards as known; as active only with a contact of late"
    ),
    "row.twice": lazy_gettext("The same as an earlier row"),
    "row.goes_on": lazy_gettext("Belongs to the row above: the cell of the name is merged"),
    "row.all_the_same": lazy_gettext("All entries are the same; the list is noted as a source"),
    "row.new_phone": lazy_gettext("another phone number"),
    "row.new_mail": lazy_gettext("another e-mail address"),
    "row.new_person": lazy_gettext("another contact person; the organisation will be asked to confirm"),
    "row.new_address": lazy_gettext("another address"),
    "row.new_register_number": lazy_gettext("the register number is filled in"),
    "row.kept_as_network": lazy_gettext("so far kept as network"),
    "row.new_contact_day": lazy_gettext("a contact on a day that was not recorded"),
    "row.new_district": lazy_gettext("the district is filled in"),
    "row.new_field": lazy_gettext("the field of work is filled in"),
    "row.new_website": lazy_gettext("the website is filled in"),
    "row.new_languages": lazy_gettext("the languages are filled in"),
    "row.new_legal_form": lazy_gettext("the legal form is filled in"),
    "row.new_founded": lazy_gettext("the year of founding is filled in"),
    "row.other_district": lazy_gettext("the list names another district; it stays as it is"),
    "row.other_field": lazy_gettext("the list names another field of work; it stays as it is"),
    "row.other_website": lazy_gettext("the list names another website; it stays as it is"),
    "row.other_languages": lazy_gettext("the list names other languages; they stay as they are"),
    "row.other_legal_form": lazy_gettext("the list names another legal form; it stays as it is"),
    "row.other_founded": lazy_gettext("the list names another year of founding; it stays as it is"),
    "row.hidden": lazy_gettext("the row is hidden in the file"),
    "row.day_not_read": lazy_gettext("no day could be read from “%(text)s”"),
    "row.day_in_future": lazy_gettext("%(day)s lies in the future and is not taken over"),
    "row.phone_not_read": lazy_gettext("no phone number could be read from “%(text)s”"),
    "row.mail_not_read": lazy_gettext("no e-mail address could be read from “%(text)s”"),
    "row.unknown_district": lazy_gettext("“%(text)s” is no district of the city and is not taken over"),
    "row.unknown_field": lazy_gettext("“%(text)s” is no field of work of the rulebook and is not taken over"),
    "row.taken": lazy_gettext("This row has been taken over already."),
    "row.no_such_choice": lazy_gettext("This answer does not fit the row any more. Please look at it once more."),
}
HOUSE.update({code: text for code, text in REASONS.items() if not code.startswith("file.")})
"""Forms that come back say these sentences, too."""


def said(reason: Mapping[str, Any] | None) -> str:
    """One stored reason (code and values) as a sentence; empty for none."""
    if not reason:
        return ""
    known = REASONS.get(reason["code"])
    values = {name: _value(name, value) for name, value in reason.get("values", {}).items()}
    return str(known) % values if known else str(gettext("This is not possible at the moment."))


def sentence(reasons: Iterable[Mapping[str, Any]]) -> str:
    """Several stored reasons, one after the other, the first letter a capital one."""
    text = "; ".join(filter(None, map(said, reasons)))
    return text[:1].upper() + text[1:]


def evidence(codes: str) -> str:
    """What shows that two records may be one: `the same phone number, a similar name`."""
    return ", ".join(str(EVIDENCE[code]) for code in codes.split(",") if code in EVIDENCE)


def _value(name: str, value: Any) -> str:
    return day(date.fromisoformat(value)) if name == "day" else str(value)
