"""The same exports delivered in another way: split, shuffled under other names, repeated, spread over nights.

Belongs here: what a delivery may change without changing what is known. Does not belong here: what has to follow.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

import zstandard

ORDER_FEEDS = ("pos/order_lines", "pos/sales")
"""Feeds whose rows belong to orders; an order's lines are all those of its latest file."""


@dataclass(frozen=True)
class Piece:
    """Some rows of one export, as a file."""

    feed: str
    extension: str
    content: bytes
    place: int | None = None
    """Order among the pieces of its feed that have one: restated orders, the latest of which counts."""


@dataclass(frozen=True)
class Delivery:
    """A piece with its name below landing, and the night before which it arrives, counted from 0."""

    night: int
    path: str
    content: bytes


def plan_deliveries(landing: Path, nights: int, rng: Random) -> list[Delivery]:
    """Every row of every export of a landing folder, in random pieces under random names.

    Pieces with a place keep their order in names and nights; all others arrive anywhere. Some arrive twice, byte for
    byte, under two names.
    """
    pieces = split_exports(landing, rng)
    last = [piece for piece in pieces if piece.place is not None]
    free = [piece for piece in pieces if piece.place is None]
    planned = [(rng.randrange(nights), f"{rng.getrandbits(32):08x}", piece) for piece in free]
    for feed in ORDER_FEEDS:
        placed = sorted((p for p in last if p.feed == feed), key=lambda piece: piece.place or 0)
        turns = sorted(rng.randrange(nights) for _ in placed)
        planned += [(night, f"m{piece.place:04d}", piece) for night, piece in zip(turns, placed, strict=True)]
    repeated = rng.sample(planned, k=len(planned) // 5)
    for night, name, piece in repeated:
        # A copy of a piece with a place stands where the piece does.
        copy = f"{rng.getrandbits(32):08x}" if piece.place is None else name
        planned.append((rng.randrange(night, nights), f"{copy} again", piece))
    return [
        Delivery(night, f"{piece.feed}/{name}.{piece.extension}", piece.content)
        for night, name, piece in planned
    ]


def split_exports(landing: Path, rng: Random) -> list[Piece]:
    """Pieces that hold every row of every export once. No order is cut, and a Parquet file stays whole."""
    exports = defaultdict(list)
    for path in sorted(path for path in landing.glob("*/*/*") if not path.name.startswith(".")):
        exports[path.parent.relative_to(landing).as_posix()].append(path)
    pieces = []
    for feed, paths in exports.items():
        restated = _restated_orders(paths) if feed in ORDER_FEEDS else set()
        for place, path in enumerate(paths):
            if path.suffix == ".parquet":
                pieces.append(Piece(feed, "parquet", path.read_bytes()))
            else:
                pieces += _split(feed, path, place, restated, rng)
    return pieces


def _restated_orders(paths: list[Path]) -> set[str]:
    """Orders that stand in several of these files with other lines: which file is their latest matters."""
    lines: dict[str, set[tuple]] = defaultdict(set)
    for path in paths:
        _, _, rows = _read(path)
        of_file = defaultdict(list)
        for row in rows:
            of_file[row[0]].append(tuple(row))
        for order, own in of_file.items():
            lines[order].add(tuple(own))
    return {order for order, versions in lines.items() if len(versions) > 1}


def _split(feed: str, path: Path, place: int, restated: set[str], rng: Random) -> list[Piece]:
    kind, header, rows = _read(path)
    parts = rng.randrange(1, 4)
    chosen: dict[int | str, list[list[str]]] = defaultdict(list)
    part_of: dict[str, int] = defaultdict(lambda: rng.randrange(parts))
    for row in rows:
        if row[0] in restated:
            chosen["restated"].append(row)
        else:
            chosen[part_of[row[0]] if feed in ORDER_FEEDS else rng.randrange(parts)].append(row)
    made = []
    for part, own in chosen.items():
        extension = kind + rng.choice(["", ".gz", ".zst"])
        is_placed = part == "restated"
        made.append(Piece(feed, extension, _write(extension, header, own), place if is_placed else None))
    return made


def _read(path: Path) -> tuple[str, list[str], list[list[str]]]:
    """Kind, header and rows of a text export, its first column first; a JSON line is a row of one text."""
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    content = zstandard.ZstdDecompressor().stream_reader(content).read() if path.suffix == ".zst" else content
    kind = path.name.split(".")[1]
    if kind == "jsonl":
        return kind, [], [[line] for line in content.decode().splitlines()]
    rows = list(
        csv.reader(io.StringIO(content.decode(), newline=""), delimiter="\t" if kind == "tsv" else ",")
    )
    return kind, rows[0], rows[1:]


def _write(extension: str, header: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    if extension.startswith("jsonl"):
        text.writelines(f"{line}\n" for (line,) in rows)
    else:
        delimiter = "\t" if extension.startswith("tsv") else ","
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    content = text.getvalue().encode()
    if extension.endswith(".gz"):
        return gzip.compress(content, mtime=0)
    return zstandard.compress(content) if extension.endswith(".zst") else content
