"""What may show that two records speak of one organisation: keys that compare, and how alike two names are. Pure.

All of it is a hint to a person; nothing here says that two records are one.
"""

import re

from admission.organisations.rules import folded, plain

_GENERAL = """
verein vereinigung kulturverein gruppe initiative gemeinschaft gemeinde zentrum kulturzentrum club klub bund union
forum netzwerk treff verband gesellschaft stadt
der die das des dem den im in am an fuer und von zu zur zum mit bei e v ev
"""
GENERIC = frozenset(_GENERAL.split())
"""Words that many names share: they tell little of which organisation is meant."""
ABBREVIATIONS = {
    "kv": "kulturverein",
    "kulturv": "kulturverein",
    "kulturver": "kulturverein",
    "ver": "verein",
    "sv": "sportverein",
    "sportv": "sportverein",
    "fv": "foerderverein",
    "bv": "begegnungsverein",
    "ini": "initiative",
    "ag": "arbeitsgemeinschaft",
    "gem": "gemeinschaft",
    "gemeinsch": "gemeinschaft",
    "zentr": "zentrum",
    "ztr": "zentrum",
    "int": "international",
    "internat": "international",
    "interkult": "interkulturell",
    "dt": "deutsch",
    "dtsch": "deutsch",
    "verb": "verband",
    "ges": "gesellschaft",
    "jug": "jugend",
    "str": "strasse",
    "f": "fuer",
    "u": "und",
    "st": "sankt",
}
_NUMBERS = "eins zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf"
NUMBERS = dict(zip(map(str, range(1, 13)), _NUMBERS.split(), strict=True))
_CYRILLIC = "абвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюя"
_FROM_CYRILLIC = "a,b,v,g,g,d,e,e,je,zh,z,i,i,ji,j,k,l,m,n,o,p,r,s,t,u,f,ch,c,ch,sh,sch,,y,,e,ju,ja"
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω"
_FROM_GREEK = "a,v,g,d,e,z,i,th,i,k,l,m,n,x,o,p,r,s,s,t,y,f,ch,ps,o"
_LETTERS = str.maketrans(dict(zip(_CYRILLIC + _GREEK, f"{_FROM_CYRILLIC},{_FROM_GREEK}".split(","), strict=True)))
_ENDINGS = re.compile(r"(verein|gruppe|treff|club|zentrum|initiative|verband|bund)$")
_REGISTERED = re.compile(r"\s*\be ?v$")
_NOT_DIGITS = re.compile(r"\D")
_STREET = re.compile(r"(stra(ss|ß)e|str\b\.?)", re.IGNORECASE)
_HOUSE = re.compile(r"\d+\s*[a-z]?\b")


def transliterated(name: str) -> str:
    """`folded`, with Cyrillic and Greek letters written in Latin ones."""
    return latin(folded(name))


def latin(text: str) -> str:
    """Lower-case Cyrillic and Greek letters, without accents, written in Latin ones; everything else stays."""
    return text.translate(_LETTERS)


def words(name: str) -> tuple[str, ...]:
    """The words of a name, abbreviations and small numbers written out: `KV 7 Laternen` -> kulturverein, sieben, …"""
    parts = transliterated(name).split()
    return tuple(NUMBERS.get(part, ABBREVIATIONS.get(part, part)) for part in parts)


def telling(name: str) -> tuple[str, ...]:
    """The words that tell which organisation is meant; all of them where a name has only general ones.

    Of `Frauenverein` only `frauen` tells: what a name is made of with `verein`, many other names are made of, too.
    """
    found = words(name)
    told = (_ENDINGS.sub("", word) if len(word) > 8 else word for word in found if word not in GENERIC)
    return tuple(word for word in told if word) or found


def exact(name: str) -> str:
    """A name as it compares letter by letter; only that it is registered (e. V.) makes no difference."""
    words_ = plain(name)
    return _REGISTERED.sub(" ", words_).strip() or words_


def trigrams(name: str) -> frozenset[str]:
    """Groups of three letters of the telling words."""
    return frozenset(
        padded[at : at + 3] for word in telling(name) for padded in (f" {word} ",) for at in range(len(padded) - 2)
    )


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets share (Dice), 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def sounds(name: str) -> frozenset[str]:
    """How the telling words sound (Cologne phonetics): Naehstube and Nähstube, Agac and Ağaç sound alike."""
    return frozenset(sound(word) for word in telling(name))


def sound(word: str) -> str:
    """The code of one folded word after Postel's Cologne phonetics (1969)."""
    codes = [_code(word, at) for at in range(len(word))]
    joined = "".join(codes)
    once = re.sub(r"(.)\1+", r"\1", joined)
    return once[:1] + once[1:].replace("0", "")


def register_key(text: str | None) -> str | None:
    """`VR 99121`, `vr99121` and `99121` are one number of the register of associations."""
    found = re.search(r"([a-z]{1,3})?\D{0,6}?(\d{2,7})", (text or "").casefold())
    if not found:
        return None
    kind = found[1] if found[1] in ("vr", "hrb", "hra", "gnr", "pr") else "vr"
    return f"{kind}{found[2].lstrip('0')}"


def phone_key(text: str) -> str | None:
    """The digits of a phone number as dialled inside Germany: `+49 (0)221 4710-158` -> 02214710158."""
    digits = _NOT_DIGITS.sub("", text.replace("(0)", ""))
    if text.strip().startswith("+49"):
        digits = "0" + digits[2:]
    elif digits.startswith("0049"):
        digits = "0" + digits[4:]
    elif text.strip().startswith("+"):
        digits = "00" + digits
    return digits if 5 <= len(digits) <= 17 else None


def mail_key(text: str) -> str | None:
    """A mail address in lower case; None for what is none."""
    found = text.strip().casefold()
    return found if re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}", found) else None


def address_key(text: str) -> str | None:
    """Street and house number of a postal address, folded: `Lampenhof 2`, `Weber-Str. 12` -> weber strasse 12."""
    street = text.replace("\n", ",").split(",")[0]
    spelled = folded(_STREET.sub(" strasse ", street))
    number = _HOUSE.search(spelled)
    if not number or not number.start():
        return None
    return f"{spelled[: number.start()].strip()} {number[0].replace(' ', '')}"


def street_key(text: str) -> str | None:
    """The street alone, for neighbours: `spulengasse`."""
    found = address_key(text)
    return found.rsplit(" ", 1)[0] if found else None


def person_key(text: str) -> str:
    """A person's name, folded, words in alphabetical order: `Aydar, Selin` and `Selin Aydar` are one."""
    return " ".join(sorted(transliterated(text).split()))


SIMPLE = dict(zip("aeijouybfvwgkqlmnrsz", "00000001333444566788", strict=True))
"""Letters that sound alike wherever they stand; p, d, t, x and c look at their neighbours, h is silent."""


def _code(word: str, at: int) -> str:
    letter, before, after = word[at], word[at - 1 : at], word[at + 1 : at + 2]
    match letter:
        case "p":
            return "3" if after == "h" else "1"
        case "d" | "t":
            return "8" if after in ("c", "s", "z") else "2"
        case "x":
            return "8" if before in ("c", "k", "q") else "48"
        case "c":
            return _code_of_c(before, after, at == 0)
        case _:
            return SIMPLE.get(letter, letter if letter.isdigit() else "")


def _code_of_c(before: str, after: str, first: bool) -> str:
    if before in ("s", "z") and not first:
        return "8"
    hard = "ahkloqrux" if first else "ahkoqux"
    return "4" if after and after in hard else "8"
