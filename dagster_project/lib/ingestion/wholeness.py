"""Is a new file whole, and what its extension says: neither cut off nor a bomb nor another format.

Reads a file's bytes once and knows nothing of columns.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from itertools import chain

import zstandard

from dagster_project.lib.ingestion.headers import LARGE_BYTES, FileFaultError
from dagster_project.lib.ingestion.landing import LandedFile

_CHUNK = 1 << 20
LINE_BYTES = 8 << 20
"""Longer lines are looked at one by one, well below the length at which DuckDB's reader passes over them."""
BOMB_RATIO = 200
"""Text that compresses further than this and is large then is no export but a bomb, or one row without end."""
_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "gzip without the extension .gz",
    b"\x28\xb5\x2f\xfd": "zstd without the extension .zst",
    b"SQLite format 3": "a SQLite database",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"<?xml": "XML",
}


def check_whole(file: LandedFile) -> bool:
    """Raise FileFaultError for a file that is empty, breaks off, expands without end or is of another format.

    DuckDB reads a truncated .gz or .zst up to the break and says nothing, so it is found here. Returns whether every
    line can be read: no NUL byte, which text does not hold, and no more than LINE_BYTES from newline to newline.
    """
    if file.size == 0:
        raise FileFaultError("the file is empty; deliver it again")
    if file.container == "parquet":
        return True
    is_readable, line = True, 0
    try:
        blocks = _BLOCKS[file.compression](file)
        first = next(blocks, b"")
        _check_magic(first, file)
        expanded = 0
        for block in chain([first], blocks):
            expanded += len(block)
            end = block.rfind(b"\n")
            is_readable = is_readable and b"\0" not in block and line + len(block) <= LINE_BYTES
            line = line + len(block) if end < 0 else len(block) - end
            if file.compression != "none" and expanded > max(LARGE_BYTES, BOMB_RATIO * file.size):
                raise FileFaultError(
                    f"it expands to more than {BOMB_RATIO} times its size; if that is meant, deliver it uncompressed"
                )
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise FileFaultError(
            f"the {file.compression} stream is damaged or cut off; deliver the file again"
            if file.compression != "none"
            else "it cannot be read; check its permissions and deliver it again"
        ) from error
    return is_readable


def _check_magic(first: bytes, file: LandedFile) -> None:
    for magic, what in _MAGIC.items():
        if first.startswith(magic):
            raise FileFaultError(
                f"it is {what}, not {file.container}; export it as {file.container} or rename it"
            )


def _plain_blocks(file: LandedFile) -> Iterator[bytes]:
    with file.path.open("rb") as stream:
        while block := stream.read(_CHUNK):
            yield block


def _gzip_blocks(file: LandedFile) -> Iterator[bytes]:
    with gzip.open(file.path, "rb") as stream:
        while block := stream.read(_CHUNK):
            yield block


def _zstd_blocks(file: LandedFile) -> Iterator[bytes]:
    """Frame by frame: zstandard's own streaming reader takes a cut for an end."""
    decompressor = zstandard.ZstdDecompressor()
    frame, is_open = decompressor.decompressobj(), False
    for chunk in _plain_blocks(file):
        rest = chunk
        while rest:
            block = frame.decompress(rest)
            is_open = not frame.eof
            rest = b"" if is_open else frame.unused_data
            if not is_open:
                frame = decompressor.decompressobj()
            if block:
                yield block
    if is_open:
        raise EOFError


_BLOCKS = {"none": _plain_blocks, "gzip": _gzip_blocks, "zstd": _zstd_blocks}
