"""The log as a folder of files in the layout of tlog-tiles, for strangers and their programs (FORMATS 3)."""

import json
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.log import tree
from admission.log.checkpoint import keys, latest
from admission.log.models import Checkpoint, Cosignature, DisclosureRow, Entry

WIDTH = 256


def export(session: Session, folder: Path, editions: dict[str, bytes], guards: dict[str, bytes]) -> int:
    """Write checkpoints, tiles, entries, keys, editions and frozen guard rows; returns the exported size.

    The export ends at the newest checkpoint: what no checkpoint covers proves nothing. `folder` must not exist or be
    empty. `editions` maps digest to bytes, `guards` SHA-256 to bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    newest = latest(session)
    size = newest.size if newest else 0
    bodies = session.execute(select(Entry.body).where(Entry.idx < size).order_by(Entry.idx)).scalars()
    leaves = list(_bundles(folder, (body.encode() for body in bodies)))
    _tiles(folder, leaves)
    if newest:
        (folder / "checkpoint").write_text(newest.note + _cosigned(session, size), encoding="utf-8")
    (folder / "checkpoints").mkdir()
    for point in session.scalars(select(Checkpoint)):
        file = folder / "checkpoints" / str(point.size)
        file.write_text(point.note + _cosigned(session, point.size), encoding="utf-8")
    (folder / "vkey").write_text("".join(key.vkey + "\n" for key in keys(session)), encoding="utf-8")
    _write_all(folder / "editions", editions)
    _write_all(folder / "guards", guards)
    return size


def export_disclosures(session: Session, file: Path, size: int) -> None:
    """Write `disclosures.jsonl` {idx, disclosures} for those entitled; the caller records who was given it."""
    strings = dict(session.execute(select(DisclosureRow.digest, DisclosureRow.string)).all())
    with file.open("w", encoding="utf-8") as out:
        for idx, body in session.execute(select(Entry.idx, Entry.body).where(Entry.idx < size).order_by(Entry.idx)):
            held = [strings[digest] for digest in json.loads(body).get("_sd", ()) if digest in strings]
            if held:
                out.write(json.dumps({"idx": idx, "disclosures": held}) + "\n")


def tile_path(number: int) -> str:
    """The path of a tile's number: elements of three digits, all but the last with an x (1234067 -> x001/x234/067)."""
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.insert(0, f"x{number % 1000:03d}")
    return "/".join(parts)


def _bundles(folder: Path, entries: Iterable[bytes]) -> Iterable[bytes]:
    """Write the entry bundles and give back the leaf hashes."""
    bundle: list[bytes] = []
    number = 0
    for entry in entries:
        bundle.append(len(entry).to_bytes(2, "big") + entry)
        yield tree.leaf_hash(entry)
        if len(bundle) == WIDTH:
            _write_tile(folder / "tile" / "entries", number, bundle)
            bundle, number = [], number + 1
    if bundle:
        _write_tile(folder / "tile" / "entries", number, bundle)


def _tiles(folder: Path, hashes: list[bytes]) -> None:
    """Write the hash tiles of every level; only full tiles are hashed upward."""
    level = 0
    while hashes:
        above = []
        for number, at in enumerate(range(0, len(hashes), WIDTH)):
            part = hashes[at : at + WIDTH]
            _write_tile(folder / "tile" / str(level), number, part)
            if len(part) == WIDTH:
                above.append(tree.root(tree.extend((), 0, part)[0]))
        hashes, level = above, level + 1


def _write_tile(folder: Path, number: int, parts: list[bytes]) -> None:
    name = tile_path(number) + ("" if len(parts) == WIDTH else f".p/{len(parts)}")
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(parts))


def _cosigned(session: Session, size: int) -> str:
    lines = session.scalars(select(Cosignature.line).where(Cosignature.size == size).order_by(Cosignature.id))
    return "".join(line + "\n" for line in lines)


def _write_all(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name}.json").write_bytes(data)
