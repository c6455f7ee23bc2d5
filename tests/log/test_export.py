"""The export in the layout of tlog-tiles: what a stranger reads with a program of their own."""

import json
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from admission.ground.db import db, writing
from admission.log import export, tree
from admission.log.append import append_house
from admission.log.checkpoint import Signer, begin_log, opened, sign_checkpoint
from admission.log.models import Cosignature
from tests.log.tampering import change

ORIGIN = "demo.musterfeld.example/log1"
OURS = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def parts_of(folder, files: dict[str, int]):
    """The tile files below a folder: path -> number of bytes."""
    return {str(file.relative_to(folder)): file.stat().st_size for file in folder.rglob("*") if file.is_file()} == files


def entries_of(folder) -> list[bytes]:
    """All entries, read as the format says: length in two bytes, then that many."""
    bundles = sorted(file for file in (folder / "tile" / "entries").rglob("*") if file.is_file())
    found = []
    for data in (file.read_bytes() for file in bundles):
        while data:
            length = int.from_bytes(data[:2], "big")
            assert len(data) >= 2 + length
            found.append(data[2 : 2 + length])
            data = data[2 + length :]
    return found


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (7, "007"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067"), (10**6, "x001/x000/000")],
)
def test_the_path_of_a_tile(number, path):
    assert export.tile_path(number) == path


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_793])
def test_tiles_are_full_or_partial_never_empty_and_hashed_upward_when_full(tmp_path, size):
    hashes = [tree.leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    export._tiles(tmp_path, hashes)
    files, width, level = {}, size, 0
    while width:
        for number in range(width // 256):
            files[f"tile/{level}/{export.tile_path(number)}"] = 256 * 32
        if width % 256:
            files[f"tile/{level}/{export.tile_path(width // 256)}.p/{width % 256}"] = width % 256 * 32
        width, level = width // 256, level + 1
    assert parts_of(tmp_path, files)
    lowest = b"".join(
        (tmp_path / name).read_bytes() for name in sorted(name for name in files if name.startswith("tile/0/"))
    )
    if size < 60_000:  # above, x-folders sort differently
        assert lowest == b"".join(hashes)
    if size >= 256:
        first = (tmp_path / "tile" / "1" / ("000" if size >= 65_536 else f"000.p/{size // 256}")).read_bytes()[:32]
        assert first == tree.root(tree.extend((), 0, hashes[:256])[0])


@pytest.fixture
def exported(sqlite_app, tmp_path):
    """A log of 258 entries with checkpoints at 3, 256 and 257, exported."""
    writing()
    begin_log(db.session, OURS)
    db.session.commit()
    for start, size in pairwise((0, 3, 256, 257, 258)):
        writing()
        for at in range(start, size):
            private = {"organisation": f"Verein {at}"} if at in (1, 257) else None
            append_house(db.session, "city.changed", actor=None, role="system", data={"number": at}, private=private)
        if size < 258:
            sign_checkpoint(db.session, OURS)
        db.session.commit()
    writing()
    db.session.execute(insert(Cosignature).values(size=257, line="— witness.example AAAA"))
    db.session.commit()
    size = export.export(db.session, tmp_path / "out", {"ab": b"{}"}, {"cd": b"[]"})
    assert size == 257
    return tmp_path / "out"


def test_the_export_ends_at_the_newest_checkpoint_and_gives_its_root(exported):
    bodies = entries_of(exported)
    note = (exported / "checkpoint").read_text()
    assert opened(note, OURS.vkey) == (ORIGIN, 257, tree.root_of(bodies))
    assert [json.loads(body)["data"]["number"] for body in bodies] == list(range(257))


def test_its_files_are_those_of_the_format_and_no_others(exported):
    found = {str(file.relative_to(exported)) for file in exported.rglob("*") if file.is_file()}
    assert found == {
        "checkpoint",
        "checkpoints/3",
        "checkpoints/256",
        "checkpoints/257",
        "editions/ab.json",
        "guards/cd.json",
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/1",
        "vkey",
    }
    assert (exported / "vkey").read_text() == OURS.vkey + "\n"


def test_every_checkpoint_fits_its_own_prefix_and_carries_its_cosignatures(exported):
    bodies = entries_of(exported)
    for size in (3, 256, 257):
        note = (exported / "checkpoints" / str(size)).read_text()
        assert opened(note, OURS.vkey) == (ORIGIN, size, tree.root_of(bodies[:size]))
        assert note.endswith("— witness.example AAAA\n") == (size == 257)


def test_a_folder_that_holds_something_is_not_written_into(exported):
    with pytest.raises(FileExistsError):
        export.export(db.session, exported, {}, {})


def test_disclosures_are_given_for_the_exported_entries_alone(exported, tmp_path, sqlite_app):
    file = tmp_path / "disclosures.jsonl"
    export.export_disclosures(db.session, file, 257)
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["idx"] for row in rows] == [1]
    assert len(rows[0]["disclosures"]) == 1
    change(sqlite_app, "DELETE FROM disclosure")
    export.export_disclosures(db.session, file, 257)
    assert file.read_text() == ""


def test_an_empty_log_is_exported_without_a_checkpoint(sqlite_app, tmp_path):
    assert export.export(db.session, tmp_path / "out", {}, {}) == 0
    assert not (tmp_path / "out" / "checkpoint").exists()
    assert not (tmp_path / "out" / "tile").exists()
