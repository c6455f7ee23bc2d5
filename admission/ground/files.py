"""Uploaded files: looked at as hostile, then sealed and kept under a random name outside the web root.

A file is on the disk, flushed and renamed, before the row that names it is committed; orphans are swept later.
"""

import io
import os
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import filetype
from flask import current_app
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.Image import Transpose

from admission.ground import crypto
from admission.ground.errors import Reason

LARGEST = 10 * 1024 * 1024
PIXELS = 40_000_000
KINDS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""How a picture is turned upright, by what its camera says of the way it was held (Exif 2.32, tag 0x0112)."""


class UnfitFile(Exception):
    """This file cannot be taken; `reason` says why (`file.empty`, `file.too_large`, `file.kind`, `file.broken`)."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.reason = Reason(code, values)


@dataclass(frozen=True)
class Taken:
    """A file that was accepted: its bytes as they are kept, its media type, and its cleaned name."""

    data: bytes
    media_type: str
    name: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file, 64 hex digits."""
        return sha256(self.data).hexdigest()


def take(name: str, data: bytes) -> Taken:
    """Accept a PDF, JPEG or PNG of at most 10 MB by what it is, not by what it is called; raises `UnfitFile`.

    Pictures are encoded anew, so that places and devices in their metadata are gone.
    """
    if not data:
        raise UnfitFile("file.empty")
    if len(data) > LARGEST:
        raise UnfitFile("file.too_large", megabytes=10)
    kind = filetype.guess(data)
    media_type = kind.mime if kind else ""
    if media_type not in KINDS:
        raise UnfitFile("file.kind")
    data = _checked_pdf(data) if media_type == "application/pdf" else _encoded_anew(data, _FORMATS[media_type])
    return Taken(data, media_type, clean_name(name, KINDS[media_type]))


def clean_name(name: str, extension: str) -> str:
    """The file's own name without path, control and direction characters, at most 100 characters, right ending."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .")
    stem = shown.rsplit(".", 1)[0] if "." in shown else shown
    return f"{stem[:95].strip(' .') or 'Datei'}.{extension}"


def store(key: bytes, file_id: UUID, data: bytes, part: str = "") -> str:
    """Seal and keep the bytes; returns the SHA-256 of the sealed bytes. `part` names a page picture of the file."""
    sealed = crypto.seal(key, data, _place(file_id, part))
    path = path_of(file_id, part)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return sha256(sealed).hexdigest()


def load(key: bytes, file_id: UUID, part: str = "") -> bytes:
    """The bytes again; raises `FileNotFoundError`, or `InvalidTag` if they were changed or belong elsewhere."""
    return crypto.unseal(key, path_of(file_id, part).read_bytes(), _place(file_id, part))


def remove(file_id: UUID) -> None:
    """Remove the file and its page pictures from the disk."""
    first = path_of(file_id)
    for path in first.parent.glob(f"{first.name}*"):
        path.unlink(missing_ok=True)


def path_of(file_id: UUID, part: str = "") -> Path:
    """Where the sealed bytes lie."""
    folder = Path(current_app.config["FILES_DIR"])
    name = file_id.hex + (f".{part}" if part else "")
    return folder / name[:2] / name


def _place(file_id: UUID, part: str) -> bytes:
    return f"file/{file_id}/{part}".encode()


def _checked_pdf(data: bytes) -> bytes:
    """A PDF begins as one and ends as one; the web process never parses more of it."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise UnfitFile("file.broken")
    return data


def _encoded_anew(data: bytes, form: str) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as picture:
            if picture.width * picture.height > PIXELS:
                raise UnfitFile("file.too_many_pixels", megapixels=PIXELS // 1_000_000)
            picture.load()
            turned = _upright(picture)
            if form == "JPEG" and turned.mode not in ("L", "RGB"):
                turned = turned.convert("RGB")
            turned.info = {name: value for name, value in turned.info.items() if name == "transparency"}
            out = io.BytesIO()
            turned.save(out, form, quality=90) if form == "JPEG" else turned.save(out, form)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnfitFile("file.broken") from error


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as it is meant to be seen: phones store what the sensor saw, and beside it which way is up."""
    try:
        held = picture.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # what cannot be read says nothing about the picture itself
        held = None
    return picture.transpose(_TURNS[held]) if held in _TURNS else picture
