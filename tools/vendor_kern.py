"""How the vendored stylesheet was made; to be run again only for a new release of KERN-UX.

    npm pack @kern-ux/native@2.7.2 && tar xf kern-ux-native-2.7.2.tgz
    python3 tools/vendor_kern.py package/dist/kern.min.css > admission/static/vendor/kern-2.7.2/kern.logical.min.css
    cd admission/static/vendor/kern-2.7.2 && sha256sum kern.logical.min.css fonts/*.woff2 *.md fonts/*.txt > SHA256SUMS

KERN names sides (left, right); pages in Arabic need start and end. Names change, nothing else: left-to-right pages look
the same pixel by pixel. The fonts are the package's Fira Sans in four cuts; the package ships no licence text for them,
so OFL 1.1 was added. Building and running need no Node.
"""

import re
import sys

NOTE = (
    '@charset "UTF-8";\n'
    "/*! KERN-UX 2.7.2, @kern-ux/native, EUPL-1.2 (LICENSE-EUPL-1.2.md). Changed 2026-11-24: physical properties"
    " rewritten as logical ones by logical.py; nothing else. */\n"
)

SIDES = {"left": "inline-start", "right": "inline-end"}
CORNERS = {"top-left": "start-start", "top-right": "start-end", "bottom-left": "end-start", "bottom-right": "end-end"}
STARTS = r"(?<=[{;])\s*"


def words(value: str) -> list[str]:
    """Split a CSS value at spaces that are outside parentheses."""
    parts, depth, word = [], 0, ""
    for char in value:
        depth += (char == "(") - (char == ")")
        if char == " " and depth == 0:
            parts.append(word)
            word = ""
        else:
            word += char
    return [part for part in [*parts, word] if part]


def split_shorthand(found: re.Match[str]) -> str:
    """padding: 2px 16px 2px 12px  ->  padding-block: 2px 2px; padding-inline: 12px 16px."""
    name, value = found["name"], found["value"]
    important = "!important" if value.endswith("!important") else ""
    parts = words(value.removesuffix("!important"))
    if len(parts) != 4 or parts[1] == parts[3]:
        return found[0]
    top, right, bottom, left = parts
    return f"{name}-block:{top} {bottom}{important};{name}-inline:{left} {right}{important}"


def logical(css: str) -> str:
    """Return the CSS with logical property names; data: URLs are left alone."""
    kept: list[str] = []

    def keep(url: re.Match[str]) -> str:
        kept.append(url[0])
        return f"url(#{len(kept) - 1}#)"

    css = re.sub(r"url\([^)]*\)", keep, css)
    for side, name in SIDES.items():
        css = re.sub(rf"{STARTS}(margin|padding)-{side}(?=:)", rf"\1-{name}", css)
        css = re.sub(rf"{STARTS}border-{side}(-width|-style|-color)?(?=:)", rf"border-{name}\1", css)
        css = re.sub(rf"{STARTS}{side}(?=:)", f"inset-{name}", css)
        css = re.sub(rf"{STARTS}(float|clear):{side}\b", rf"\1:{name}", css)
        css = re.sub(rf"{STARTS}text-align:{side}\b", f"text-align:{name.removeprefix('inline-')}", css)
    for corner, name in CORNERS.items():
        css = re.sub(rf"{STARTS}border-{corner}-radius(?=:)", f"border-{name}-radius", css)
    css = re.sub(rf"{STARTS}(?P<name>margin|padding):(?P<value>[^;}}]+)", split_shorthand, css)
    return re.sub(r"url\(#(\d+)#\)", lambda number: kept[int(number[1])], css)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        sys.stdout.write(NOTE + logical(source.read().removeprefix('@charset "UTF-8";')))
