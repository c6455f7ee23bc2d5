"""What a person typed, made fit to be stored, compared and shown: one rule for every form, file and import."""

import re
import unicodedata

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]")


class UnfitText(ValueError):
    """The text holds characters that nobody sees; `turning`: they turn the reading direction around."""

    def __init__(self, *, turning: bool) -> None:
        super().__init__("turning" if turning else "control")
        self.turning = turning


def fit(text: str) -> str:
    """The text in NFC with plain line ends, spaces around it removed; raises `UnfitText`.

    With turned directions a name could read differently from what is stored. Letters newer than our Unicode tables are
    taken as they are.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if _TURNING.search(text):
        raise UnfitText(turning=True)
    if _CONTROL.search(text):
        raise UnfitText(turning=False)
    return text
