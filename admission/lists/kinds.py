"""What kind of file somebody sends, by its bytes: known before anything heavy reads it. Pure."""

import io
import zipfile

from admission.ground.files import LARGEST, UnfitFile

NAMES = {"csv": "CSV", "xlsx": "XLSX", "ods": "ODS", "xls": "XLS"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"{\\rtf")


def kind_of(data: bytes) -> str:
    """csv, xlsx, ods or xls.

    Raises `UnfitFile`: `file.empty`, `file.too_large`, `file.broken`, `list.kind`, `list.locked`.
    """
    if not data:
        raise UnfitFile("file.empty")
    if len(data) > LARGEST:
        raise UnfitFile("file.too_large", megabytes=LARGEST // 1024 // 1024)
    if data.startswith(_OLE):
        if _LOCKED in data:
            raise UnfitFile("list.locked")
        return "xls"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(_OTHERS) or _is_binary(data):
        raise UnfitFile("list.kind")
    return "csv"


def is_utf16(data: bytes) -> bool:
    """Whether a text is written in two bytes a sign."""
    start = data[:4096]
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or 0.3 < start.count(0) / len(start) < 0.6


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:4096] and not is_utf16(data)


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "content.xml" in names and b"opendocument.spreadsheet" in packed.read("mimetype")[:200]:
                return "ods"
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError) as error:
        raise UnfitFile("file.broken") from error
    raise UnfitFile("list.kind")
