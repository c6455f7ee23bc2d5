"""A frozen answer as files that were made once: tagged PDF and DOCX, of the same blocks. Pure.

For the worker and the commands alone: neither the typesetter nor an XML parser belongs into a web process.
"""

import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Literal

import typst
from docx import Document
from docx.document import Document as TextDocument
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from admission.reports.handover import CAPTION, DOCX, PDF, Facts, outline, title
from config import ROOT

LETTERS = ROOT / "templates" / "letters"
STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
"""PDF/UA-1 (ISO 14289-1) to be read aloud, PDF/A-2a (ISO 19005-2) to be kept."""
FONT = "Arial"
TEXT, SMALL = Pt(11), Pt(9)
NAMES, VALUES = Mm(42), Mm(124)


def files(paper: Mapping[str, Any], digest: str, place: int) -> dict[str, bytes]:
    """Kind -> bytes of both files."""
    return {PDF: pdf(paper, digest, place), DOCX: text_document(paper, digest, place)}


def pdf(paper: Mapping[str, Any], digest: str, place: int) -> bytes:
    """The answer as PDF/UA-1 and PDF/A-2a in one file; the same values give the same bytes."""
    blocks = [_plain(one) for one in outline(paper, digest, place)]
    data = {
        "title": title(paper),
        "author": ", ".join(filter(None, (paper["city"], paper["office"]))),
        "on": paper["on"],
        "blocks": blocks,
        "foot": blocks[-1]["text"],
    }
    made = typst.compile(
        str(LETTERS / "answer.typ"),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        font_paths=[str(LETTERS / "fonts")],
        ignore_system_fonts=True,
        pdf_standards=[*STANDARDS],
    )
    assert isinstance(made, bytes)
    return made


def text_document(paper: Mapping[str, Any], digest: str, place: int) -> bytes:
    """The answer as DOCX, to be edited on: real headings, real tables, German throughout."""
    made = Document()
    _looks(made)
    made.core_properties.title = title(paper)
    made.core_properties.author = paper["office"]
    made.core_properties.language = "de-DE"
    made.core_properties.created = datetime.combine(date.fromisoformat(paper["on"]), time(), UTC)
    for one in outline(paper, digest, place):
        if isinstance(one, Facts):
            _table(made, one)
        else:
            made.add_paragraph(one.text, style=one.style)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _plain(one: Any) -> dict[str, Any]:
    if isinstance(one, Facts):
        return {"kind": "facts", "rows": [list(row) for row in one.rows]}
    return {"kind": "paragraph", "text": one.text, "style": one.style}


def _looks(made: TextDocument) -> None:
    """A4, one plain typeface, and the language by which a reader pronounces it."""
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(25), Mm(20), Mm(25), Mm(20)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Quote", CAPTION):
        style = made.styles[name]
        style.font.name = FONT
        style.font.color.rgb = None
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[theme]
        fonts.set(qn("w:cs"), FONT)
    made.styles["Normal"].font.size, made.styles[CAPTION].font.size = TEXT, SMALL
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "de-DE")


def _table(made: TextDocument, facts: Facts) -> None:
    table = made.add_table(rows=0, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, (NAMES, VALUES), strict=True):
        column.width = width  # office programs go by the grid, others by the cells
    for name, value in facts.rows:
        cells = table.add_row().cells
        for cell, width, text, style in ((cells[0], NAMES, name, CAPTION), (cells[1], VALUES, value, "Normal")):
            cell.width = width
            cell.paragraphs[0].text, cell.paragraphs[0].style = text, style
    made.add_paragraph()
