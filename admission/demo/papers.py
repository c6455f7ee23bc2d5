"""Papers for the demo: one page with a title and lines that say nothing real."""

import io

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1240, 1754
LINES = (  # Pillow's own typeface has no umlauts and no section sign
    "1. Name und Sitz", "2. Zweck", "3. Wer Mitglied werden kann", "4. Wie man eintritt und austritt",
    "5. Versammlung aller Mitglieder", "6. Vorstand und Wahl", "7. Geld", "8. Ende des Vereins",
)  # fmt: skip


def paper(title: str, name: str) -> bytes:
    """A one-page PDF."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    large, small = ImageFont.load_default(54), ImageFont.load_default(32)
    draw.text((110, 120), title, fill="black", font=large)
    draw.text((110, 210), name, fill="black", font=small)
    for at, line in enumerate(LINES):
        draw.text((110, 340 + 150 * at), line, fill="black", font=small)
        for row in range(2):
            draw.line(
                (110, 410 + 150 * at + 34 * row, 1080 - 120 * row, 410 + 150 * at + 34 * row), fill="gray", width=3
            )
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150)
    return out.getvalue()
