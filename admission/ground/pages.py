"""A program of its own: PDF in, page pictures out, behind limits. A hostile file harms nobody but this process.

Nothing imports this module: the PDF library never enters a process that knows a key.
"""

import io
import resource
import sys

import pypdfium2

MOST_PAGES = 20
SECONDS = 20
MEMORY = 1024 * 1024 * 1024
WIDTH = 1240
MARK = b"\x00\x00MSO-PAGE\x00\x00"


def main() -> None:
    """Read a PDF from standard input and write its first pages as PNG, each behind a mark."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        picture = page.render(scale=min(WIDTH / max(page.get_width(), 1), 3)).to_pil()
        out = io.BytesIO()
        picture.save(out, "PNG")
        sys.stdout.buffer.write(MARK + out.getvalue())


if __name__ == "__main__":
    main()
