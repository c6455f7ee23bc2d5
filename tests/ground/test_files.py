"""An uploaded file is looked at as hostile: what is kept is a picture or a PDF, and nothing that came with it."""

from collections import Counter
from io import BytesIO
from random import Random

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from admission.ground.files import UnfitFile, clean_name, take

SPOT = (200, 30, 30)
CORNERS = {"top left": (2, 2), "top right": (-3, 2), "bottom left": (2, -3), "bottom right": (-3, -3)}


def photo(held: int = 1, size: tuple[int, int] = (60, 40)) -> bytes:
    """A JPEG as a phone makes it, with all it tells of itself: a red spot in the top left corner of the sensor."""
    picture = Image.new("RGB", size, (240, 240, 240))
    picture.paste(SPOT, (0, 0, 12, 12))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Make] = held, "KENNUNG-HERSTELLER"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 1.0, 30.0)
    out = BytesIO()
    picture.save(
        out, "JPEG", quality=95, exif=exif, comment=b"KENNUNG-NOTIZ", xmp=b"<x:xmpmeta>KENNUNG-XMP</x:xmpmeta>",
        icc_profile=b"KENNUNG-PROFIL",
    )  # fmt: skip
    return out.getvalue()


def screenshot() -> bytes:
    """A PNG with everything that a PNG can carry beside its pixels."""
    info, exif = PngInfo(), Image.Exif()
    info.add_text("Comment", "KENNUNG-NOTIZ")
    info.add_itxt("XML:com.adobe.xmp", "KENNUNG-XMP")
    exif[ExifTags.Base.Make] = "KENNUNG-HERSTELLER"
    out = BytesIO()
    picture = Image.new("P", (20, 10), 0)
    picture.putpalette([0, 0, 0, *SPOT])
    picture.save(out, "PNG", pnginfo=info, exif=exif, icc_profile=b"KENNUNG-PROFIL", transparency=0)
    return out.getvalue()


def test_nothing_of_place_and_device_is_kept_with_a_picture():
    for name, sent in (("foto.jpg", photo()), ("bild.png", screenshot())):
        kept = take(name, sent).data
        opened = Image.open(BytesIO(kept))
        opened.load()
        assert b"KENNUNG" in sent
        assert not opened.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile", "Comment", "XML:com.adobe.xmp"} & opened.info.keys()
        assert not any(word in kept for word in (b"KENNUNG", b"iCCP", b"tEXt", b"iTXt", b"eXIf", b"Exif")), name


@pytest.mark.parametrize(
    ("held", "corner"),
    [
        (1, "top left"), (2, "top right"), (3, "bottom right"), (4, "bottom left"),
        (5, "top left"), (6, "top right"), (7, "bottom right"), (8, "bottom left"),
    ],
)  # fmt: skip
def test_a_photo_stands_upright_however_the_phone_was_held(held, corner):
    seen = Image.open(BytesIO(take("foto.jpg", photo(held)).data))
    assert seen.size == ((40, 60) if held > 4 else (60, 40))
    red = {name: seen.getpixel((x % seen.width, y % seen.height))[1] < 120 for name, (x, y) in CORNERS.items()}
    assert red == {name: name == corner for name in CORNERS}


def test_what_a_transparent_picture_leaves_open_stays_open():
    kept = Image.open(BytesIO(take("bild.png", screenshot()).data)).convert("RGBA")
    assert kept.getpixel((0, 0))[3] == 0


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library says what it skips
def test_a_damaged_picture_is_refused_with_a_reason_and_never_an_error_of_ours():
    chance, found = Random(7), Counter()
    for sent in (photo(6), screenshot()):
        for _ in range(700):
            data = bytearray(sent[: chance.randrange(1, len(sent))] if chance.random() < 0.3 else sent)
            for _ in range(chance.randrange(1, 8)):
                data[chance.randrange(min(len(data), 400))] = chance.randrange(256)
            try:
                take("bild.jpg", bytes(data))
                found["taken"] += 1
            except UnfitFile as unfit:
                found[unfit.reason.code] += 1
    assert found["file.broken"] > 100 and found["taken"] > 100


def test_a_picture_that_would_fill_the_memory_is_not_opened():
    out = BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    assert len(out.getvalue()) < 20_000
    with pytest.raises(UnfitFile) as unfit:
        take("bombe.png", out.getvalue())
    assert unfit.value.reason.code == "file.too_many_pixels"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>%PDF-1.7\n%%EOF",
        b"PK\x03\x04" + b"\0" * 200 + b"%PDF-1.7 %%EOF",
        b"GIF89a" + b"\0" * 100,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"%!PS-Adobe-3.0",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"%PDF-1.7 without an end",
    ],
)
def test_what_is_no_picture_and_no_pdf_is_refused_whatever_it_is_called(data):
    for name in ("a.pdf", "a.png", "a.jpg"):
        with pytest.raises(UnfitFile):
            take(name, data)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Selin\\Satzung.PDF", "Satzung.pdf"),
        ("a\x00b\r\nSet-Cookie: x=y.pdf", "abSet-Cookie: x=y.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("e\u0301.png", "é.pdf"),
        ("", "Datei.pdf"),
        ("....", "Datei.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("x" * 4000 + ".pdf", "x" * 95 + ".pdf"),
        ('a"; filename="b.exe', 'a"; filename="b.pdf'),
    ],
)
def test_a_name_is_no_path_and_no_header(sent, kept):
    assert clean_name(sent, "pdf") == kept
