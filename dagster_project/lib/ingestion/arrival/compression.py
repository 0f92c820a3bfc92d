"""A file's content block by block, whatever it is compressed with; a stream that is cut off is an error."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import zstandard

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
BROKEN = (OSError, EOFError, zlib.error, zstandard.ZstdError)
"""What reading a damaged stream raises."""
_CHUNK = 256 << 10


def expand(path: Path, compression: str) -> Iterator[bytes]:
    """The content in blocks. compression: none, gzip or zstd. Raises one of BROKEN."""
    return _BLOCKS[compression](path)


def _plain_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_CHUNK):
            yield block


def _gzip_blocks(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as stream:
        while block := stream.read(_CHUNK):
            yield block


def _zstd_blocks(path: Path) -> Iterator[bytes]:
    """Frame by frame: zstandard's own streaming reader takes a cut for an end."""
    decompressor = zstandard.ZstdDecompressor()
    frame, is_open = decompressor.decompressobj(), False
    for chunk in _plain_blocks(path):
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
