"""How a whole file is spoiled: the bytes that lie in landing in place of a clean export.

Which of them are faults of which containers, and how they must be told, stands in files.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import duckdb

from faults.exports import Export

BOMB_BYTES = 1 << 30


def plain(export: Export, rng: Random) -> bytes:
    return export.content()


def whole(export: Export, rng: Random) -> bytes:
    return export.compressed(export.content())


def packed_twice(export: Export, rng: Random) -> bytes:
    return gzip.compress(whole(export, rng))


def cut(export: Export, rng: Random) -> bytes:
    content = whole(export, rng)
    return content[: rng.randrange(len(content) // 3, len(content) - 9)]


def flipped(export: Export, rng: Random) -> bytes:
    """A byte changed in the middle of a gzip stream, which only its checksum shows."""
    raw = zlib.compressobj(0, wbits=31)
    content = bytearray(raw.compress(export.content()) + raw.flush())
    content[rng.randrange(40, len(content) - 20)] ^= 1
    return bytes(content)


def bomb(export: Export, rng: Random) -> bytes:
    chunk = b"0" * (16 << 20)
    head = export.compressed(export.content())
    return head + export.compressed(chunk) * (BOMB_BYTES // len(chunk))


def huge_footer(export: Export, rng: Random) -> bytes:
    content = export.content()
    return content[:-8] + (1 << 31).to_bytes(4, "little") + content[-4:]


def zeroed_pages(export: Export, rng: Random) -> bytes:
    """The footer is whole, the pages that it points to are not."""
    content = export.content()
    footer = int.from_bytes(content[-8:-4], "little") + 8
    return content[:4] + bytes(len(content) - footer - 4) + content[-footer:]


def archive(export: Export, rng: Random) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(rng.choice(["export.csv", "xl/workbook.xml"]), export.content())
    return archive.getvalue()


def lacking(export: Export, rng: Random) -> bytes:
    name = rng.choice([column.name for column in export.contract.columns if column.required])
    export.rows[:] = [{key: value for key, value in row.items() if key != name} for row in export.rows]
    return whole(export, rng)


def misspelt(export: Export, rng: Random) -> bytes:
    """The last letter is gone, as of `unit_pric`."""
    name = rng.choice([c.name for c in export.contract.columns if c.required])
    export.rows[:] = [{key[:-1] if key == name else key: v for key, v in row.items()} for row in export.rows]
    return whole(export, rng)


def repeated(export: Export, rng: Random) -> bytes:
    name = rng.choice(export.columns)
    export.rows[:] = [{**row, name.upper(): row[name]} for row in export.rows]
    return whole(export, rng)


def headerless(export: Export, rng: Random) -> bytes:
    export.is_headed = False
    return whole(export, rng)


def other_delimiter(export: Export, rng: Random) -> bytes:
    export.delimiter = rng.choice(";|")
    return whole(export, rng)


def emptied(export: Export, rng: Random) -> bytes:
    header = ",".join(export.columns)
    return export.compressed(header.encode() + rng.choice([b"\n", b"", b"\r\n"]))


def no_rows(export: Export, rng: Random) -> bytes:
    """Parquet with columns and no rows."""
    columns = ", ".join(f'null::varchar as "{name}"' for name in export.columns)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.parquet"
        duckdb.sql(f"select {columns} where false").write_parquet(str(path))
        return path.read_bytes()


def utf_16(encoding: str) -> Callable[[Export, Random], bytes]:
    return lambda export, rng: export.content().decode().encode(encoding)


def marked(export: Export, rng: Random) -> bytes:
    return b"\xef\xbb\xbf" + export.content()


def other_newlines(export: Export, rng: Random) -> bytes:
    return export.content().replace(b"\n", b"\r\n")


def in_two_streams(export: Export, rng: Random) -> bytes:
    content = export.content()
    middle = rng.randrange(len(content))
    return export.compressed(content[:middle]) + export.compressed(content[middle:])


def as_container(extension: str) -> Callable[[Export, Random], bytes]:
    def make(export: Export, rng: Random) -> bytes:
        return export.as_container(extension).content()

    return make
