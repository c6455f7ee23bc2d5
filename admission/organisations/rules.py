"""How names are folded for search and for hints that two records may be one."""

import re
import unicodedata

# What German writes in two ways, and letters that do not decompose into a base and a mark.
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "đ": "d", "ø": "o"})
_FORMS = re.compile(r"\b(e v|ev|ggmbh|gmbh|verein|initiative)\b")
_BETWEEN = re.compile(r"[^\w]+")


def plain(name: str) -> str:
    """Lower case, without accents and punctuation: `Initiative Ağaç e. V.` -> `initiative agac e v`."""
    text = unicodedata.normalize("NFC", name).casefold().translate(_SPELLED)
    text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return _BETWEEN.sub(" ", text).strip()


def folded(name: str) -> str:
    """`plain`, also without legal form: `Kulturverein Ağaç e. V.` -> `kulturverein agac`."""
    words = plain(name)
    return _BETWEEN.sub(" ", _FORMS.sub(" ", words)).strip() or words


def slug(name: str) -> str:
    """An address for a name: `kulturverein-agac`; letters of other scripts stay as they are."""
    return folded(name).replace(" ", "-")[:60].strip("-") or "organisation"
