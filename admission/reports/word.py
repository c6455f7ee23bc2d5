"""A text document as office programs open it (Office Open XML, ECMA-376), from paragraphs and tables. Pure.

Written here and not by a library: the web process would carry an XML parser for a handful of elements, and these bytes
come out the same each time, so that a file's checksum can be compared with what was handed over.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGE = "de-DE"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest day that an archive can name: the bytes tell no time of their making."""
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `style`: Normal, Title, Heading1, Heading2, Quote, Small. A line end in it stays one."""

    text: str
    style: str = "Normal"


@dataclass(frozen=True)
class Facts:
    """A table of two columns: what it is, and what is said of it."""

    rows: Sequence[tuple[str, str]]


def document(title: str, blocks: Iterable[Paragraph | Facts]) -> bytes:
    """The file's bytes, the same for the same blocks."""
    body = "".join(_facts(one) if isinstance(one, Facts) else _paragraph(one) for one in blocks)
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1418" '
        'w:header="709" w:footer="709" w:gutter="0"/>'
        "</w:sectPr>"
    )
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            (_OFFICE + "/officeDocument", "word/document.xml"),
            (_PACKAGE + "/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(title),
        "word/_rels/document.xml.rels": _relations((_OFFICE + "/styles", "styles.xml")),
        "word/styles.xml": _styles(),
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}{section}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), DECLARATION + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _paragraph(one: Paragraph) -> str:
    style = "" if one.style == "Normal" else f'<w:pPr><w:pStyle w:val="{one.style}"/></w:pPr>'
    return f"<w:p>{style}{_runs(one.text)}</w:p>"


def _runs(text: str) -> str:
    lines = [f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r>' for line in text.split("\n")]
    return "<w:r><w:br/></w:r>".join(lines)


def _facts(table: Facts) -> str:
    rows = "".join(
        f"<w:tr>{_cell(2400, Paragraph(name, 'Small'))}{_cell(6900, Paragraph(value))}</w:tr>"
        for name, value in table.rows
    )
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="9300" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="2400"/><w:gridCol w:w="6900"/></w:tblGrid>{rows}</w:tbl><w:p/>'
    )


def _cell(width: int, one: Paragraph) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(one)}</w:tc>'


def _types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{word}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{word}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    found = "".join(
        f'<Relationship Id="r{at}" Type="{kind}" Target={quoteattr(target)}/>'
        for at, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _core(title: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>{LANGUAGE}</dc:language></cp:coreProperties>"
    )


def _styles() -> str:
    looks = (
        ("Title", "Title", 32, "<w:b/>", "", 240),
        ("Heading1", "heading 1", 26, "<w:b/>", '<w:outlineLvl w:val="0"/>', 240),
        ("Heading2", "heading 2", 22, "<w:b/>", '<w:outlineLvl w:val="1"/>', 160),
        ("Quote", "Quote", 22, "<w:i/>", "", 80),
        ("Small", "Small", 18, "", "", 0),
    )
    named = "".join(
        f'<w:style w:type="paragraph" w:styleId="{code}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:pPr>{"<w:keepNext/>" if outline or code == "Title" else ""}<w:spacing w:before="{before}"/>'
        f"{'<w:ind w:left=' + quoteattr('567') + '/>' if code == 'Quote' else ''}{outline}</w:pPr>"
        f'<w:rPr>{weight}<w:sz w:val="{size}"/></w:rPr></w:style>'
        for code, name, size, weight, outline, before in looks
    )
    return (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/>'
        f'<w:lang w:val="{LANGUAGE}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        f"{named}</w:styles>"
    )
