"""How words of the public register are compared, so that a search forgives spelling, accents and scripts. Pure.

Three keys, each coarser than the one before: the word as it is folded (`Müller`, `Mueller` and `Muller` are one), the
same as it sounds in several transliterations (`Schewtschenko`, `Shevchenko`), and its pairs of letters, which find what
was mistyped.
"""

import re
from itertools import groupby

from admission.organisations.matching import latin
from admission.organisations.rules import plain

LEGAL_FORM = frozenset({"e", "v", "ev"})
"""Words that nobody searches for: `e. V.`"""
LONGEST = 40
"""Letters of a word that are compared."""
SHORTEST = 4
"""Letters below which nothing counts as mistyped: too many words would be alike."""
_UMLAUTS = re.compile("[aou]e")
_LETTERS = str.maketrans({
    "æ": "a", "œ": "o", "ð": "d", "þ": "th", "ħ": "h", "ə": "a", "ŋ": "n", "ʻ": "", "ʼ": "", "’": "", "'": "", "ь": "",
    # Arabic letters, also as Persian, Kurdish and Urdu write them; vowels are mostly not written
    "ا": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh",
    "ر": "r", "ڕ": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a",
    "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "ک": "k", "گ": "g", "ل": "l", "ڵ": "l", "م": "m", "ن": "n",
    "ه": "h", "ھ": "h", "ە": "a", "ة": "a", "و": "u", "ۆ": "o", "ي": "i", "ی": "i", "ى": "a", "ێ": "e", "ء": "",
    "ئ": "", "ـ": "", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ہ": "h", "ے": "e",
    # Hebrew letters
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "u", "ז": "z", "ח": "h", "ט": "t", "י": "i", "כ": "k",
    "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "p", "ף": "p", "צ": "z",
    "ץ": "z", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
})  # fmt: skip
_SOUNDS = (
    (re.compile("schtsch|shch|tsch|tch|ch|kh|gh|h"), "h"),
    (re.compile("sch|sh|zh|z|ts|c"), "s"),
    (re.compile("ph|v|w"), "f"),
    (re.compile("ck|q|g"), "k"),
    (re.compile("th|dh|d"), "t"),
    (re.compile("[yj]"), "i"),
    (re.compile("ou"), "u"),
)


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared, in their order, each once: `Initiative Müller e. V.` -> two.

    What is written in Cyrillic, Greek, Arabic or Hebrew letters is compared in Latin ones; an Arabic article is left
    out. Letters of other scripts stay as they are.
    """
    found = (_folded(word) for word in plain(text.replace("_", " ")).split())
    return tuple(dict.fromkeys(word for word in found if word and word not in LEGAL_FORM))


def key(text: str) -> str:
    """A value in an address: `Kurmandschi (Kurmancî)` -> `kurmandschi-kurmanci`."""
    return "-".join(plain(text).replace("_", " ").split())[:80].strip("-")


def sound(word: str) -> str:
    """A folded word as it sounds, whoever wrote it down."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    return "".join(letter for letter, _ in groupby(word))


def pairs(word: str) -> frozenset[str]:
    """Pairs of neighbours among the letters of how a folded word sounds, its ends included."""
    padded = f" {sound(word)} "
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))


def fewest_shared(word: str) -> int:
    """So many pairs a mistyped word shares with the word that was meant: each slip spoils three of them at most."""
    return max(1, len(pairs(word)) - 3 * slips(word))


def slips(word: str) -> int:
    """So many slips are forgiven in a word: none in a short one, one, and two from eight letters on."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < 2 * SHORTEST else 2


def alike(asked: str, word: str) -> bool:
    """Whether somebody who typed `asked` may have meant `word`, or a word that begins like it."""
    if len(asked) < SHORTEST:
        return False
    one, other = sound(asked), sound(word)
    allowed = slips(asked)
    return within(one, other, allowed) or (len(other) > len(one) > 5 and within(one, other[: len(one)], allowed - 1))


def within(one: str, other: str, allowed: int) -> bool:
    """Whether at most so many letters were left out, added, changed or swapped with their neighbour (after Damerau)."""
    if allowed < 0 or abs(len(one) - len(other)) > allowed:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            best = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                best = min(best, earlier[to - 2] + 1)
            row.append(best)
        if min(row) > allowed:
            return False
    return row[-1] <= allowed


def _folded(word: str) -> str:
    if len(word) > 4 and word.startswith("ال"):
        word = word[2:]
    return _UMLAUTS.sub(lambda found: found[0][0], latin(word).translate(_LETTERS))[:LONGEST]
