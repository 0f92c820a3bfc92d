"""Faults of a whole file, and things in a folder that are no export at all: nothing of them may be loaded.

Also controls: files that look odd and are fine. How each is made stands in spoils.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from faults import spoils
from faults.exports import EXTENSIONS, Export

Outcome = Literal["quarantined", "all rejected", "loaded", "loaded empty", "left alone"]
DELIMITED = tuple(extension for extension in EXTENSIONS if extension[:3] in ("csv", "tsv"))
GZIPPED, ZSTANDARD = ("csv.gz", "tsv.gz", "jsonl.gz"), ("csv.zst", "tsv.zst", "jsonl.zst")
SHEETS = ("csv", "tsv")
CSV, PARQUET, WITH_HEADER = ("csv",), ("parquet",), (*DELIMITED, "parquet")


@dataclass(frozen=True)
class FileFault:
    """A way to spoil a file, or what lies in its place."""

    name: str
    extensions: tuple[str, ...]
    reason: str
    """A regular expression that the ledger's reason has to match."""
    make: Callable[[Export, Random], bytes]
    """The bytes that are delivered."""
    outcome: Outcome = "quarantined"
    put: Callable[[Path], None] | None = None
    """What to do at the path once the bytes are there."""
    stem: str = ""
    """What the name begins with."""
    suffix: str = ""
    """What stands behind the extension."""
    is_slow: bool = False
    feed: str = ""

    def deliver(self, path: Path, export: Export, rng: Random) -> None:
        """Put it at the path."""
        path.write_bytes(self.make(export, rng))
        if self.put:
            self.put(path)


def _instead(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        path.unlink()
        make(path)

    return put


def _bytes(content: bytes) -> Callable[[Export, Random], bytes]:
    return lambda export, rng: content


def _packed(content: bytes) -> Callable[[Export, Random], bytes]:
    return lambda export, rng: export.compressed(content)


PAGE = b"<!DOCTYPE html>\n<html><head><title>504 Gateway Time-out</title></head>\n<body>Sorry</body></html>\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"
DOCUMENT = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"

NO_COLUMNS = r"required column .* is missing.*; add it, or map"
HEADER = r"(first line|header|required column).*; (add|check|deliver|name|save)"
GZIP, ZSTD = r"gzip stream is damaged or cut off; deliver", r"zstd stream is damaged or cut off; deliver"
NO_PARQUET = r"not a readable Parquet file; deliver"
BOMB = r"expands to more than \d+ times its size; if that is meant, deliver it uncompressed"
LINKED = "is a link or lies behind one; put the file itself there"
CLOSED = r"cannot be opened \(.+\); make it readable or deliver it again"
WHOLE, CUT, PLAIN = spoils.whole, spoils.cut, spoils.plain

# fmt: off
FILE_FAULTS = [
    FileFault("empty file", EXTENSIONS, r"the file is empty; deliver it again", _bytes(b"")),
    FileFault("nothing inside the compression", (*GZIPPED[:2], *ZSTANDARD[:2]), HEADER, _packed(b"")),
    FileFault("blank lines alone", DELIMITED, HEADER, _packed(b"\n\n \n")),
    FileFault("a byte order mark alone", DELIMITED, HEADER, _packed(b"\xef\xbb\xbf")),
    FileFault("truncated gzip", GZIPPED, GZIP, CUT),
    FileFault("truncated zstandard", ZSTANDARD, ZSTD, CUT),
    FileFault("a flipped bit in gzip", GZIPPED, GZIP, spoils.flipped),
    FileFault("gzip that is none", GZIPPED, r"gzip.*; (deliver|name)", PLAIN),
    FileFault("zstandard that is none", ZSTANDARD, r"zstd.*; (deliver|name)", PLAIN),
    FileFault("gzip bomb", ("csv.gz", "jsonl.gz"), BOMB, spoils.bomb, is_slow=True),
    FileFault("zstandard bomb", ("csv.zst", "jsonl.zst"), BOMB, spoils.bomb, is_slow=True),
    FileFault("compressed twice", ("csv.gz", "tsv.gz"), r"is gzip.*; export it", spoils.packed_twice),
    FileFault("Parquet that is none", PARQUET, NO_PARQUET, spoils.as_container("csv")),
    FileFault("truncated Parquet", PARQUET, NO_PARQUET, CUT),
    FileFault("Parquet whose footer claims gigabytes", PARQUET, NO_PARQUET, spoils.huge_footer),
    FileFault("Parquet with pages of zeros", PARQUET, r"(?i)parquet.*; (check|deliver)", spoils.zeroed_pages),
    FileFault("compressed Parquet", PARQUET, r"\(but Parquet\)", spoils.packed_twice, suffix=".gz"),
    FileFault("ZIP or spreadsheet named .csv", SHEETS, r"is a ZIP archive or an Excel.*; export it", spoils.archive),
    FileFault("PDF named .csv", SHEETS, r"is a PDF.*; export it as", _bytes(DOCUMENT)),
    FileFault("error page of a web server", SHEETS, r"is a web page.*; export it as", _bytes(PAGE)),
    FileFault("pointer of Git LFS", SHEETS, HEADER, _bytes(POINTER)),
    FileFault("binary zeros", SHEETS, HEADER, _bytes(bytes(4096))),
    FileFault("required column missing", WITH_HEADER, NO_COLUMNS, spoils.lacking),
    FileFault("required column misspelt", WITH_HEADER, r"is missing \(is it '\w+'.*; add it, or map", spoils.misspelt),
    FileFault("two columns of one name", DELIMITED, r"columns \d+, \d+ the same name; name each", spoils.repeated),
    FileFault("no header", DELIMITED, HEADER, spoils.headerless),
    FileFault("another delimiter", DELIMITED[:2], r"is `dialect: \{delimiter: '.'\}` missing", spoils.other_delimiter),
    FileFault("UTF-16 that nobody declared", SHEETS, r"not UTF-8 text; save.*or name", spoils.utf_16("utf-16-le")),
    FileFault("control: UTF-16 that says so", SHEETS, "", spoils.utf_16("utf-16"), "loaded"),
    FileFault("JSON lines named .csv", SHEETS, HEADER, spoils.as_container("jsonl")),
    FileFault("CSV named .jsonl", ("jsonl",), r"none of its rows .* see quality.rejected_rows, correct",
              spoils.as_container("csv"), "all rejected"),
    FileFault("unknown extension", CSV, r"extension '\.xlsx' is unknown; deliver", WHOLE, suffix=".xlsx"),
    FileFault("a date for an extension", CSV, r"extension '.*' is unknown; deliver", WHOLE, suffix=".2025-04-01"),
    FileFault("a name that is not UTF-8", CSV, r"its name is not UTF-8; rename it", WHOLE, stem="caf\udce9 "),
    FileFault("no permission to read", CSV, CLOSED, WHOLE, put=lambda p: p.chmod(0)),
    FileFault("a directory named like a file", CSV, "", WHOLE, "left alone", _instead(Path.mkdir)),
    FileFault("a dangling link", CSV, LINKED, WHOLE, put=_instead(lambda path: path.symlink_to("nowhere"))),
    FileFault("a link to itself", CSV, LINKED, WHOLE, put=_instead(lambda path: path.symlink_to(path))),
    FileFault("a link to a file of the machine", CSV, LINKED, WHOLE,
              put=_instead(lambda path: path.symlink_to("/etc/passwd"))),
    FileFault("a link without end", CSV, LINKED, WHOLE, put=_instead(lambda path: path.symlink_to("/dev/zero"))),
    FileFault("a pipe named like a file", CSV, "", WHOLE, "left alone", _instead(os.mkfifo)),
    FileFault("an upload under way", ("csv", "csv.gz"), "", CUT, "left alone", suffix=".part"),
    FileFault("a temporary file", ("csv", "parquet"), "", CUT, "left alone", suffix=".tmp"),
    FileFault("control: a header and no rows", ("csv", "csv.gz", "csv.zst"), "", spoils.emptied, "loaded empty"),
    FileFault("control: Parquet without rows", PARQUET, "", spoils.no_rows, "loaded empty"),
    FileFault("control: a byte order mark", ("csv", "tsv", "jsonl"), "", spoils.marked, "loaded"),
    FileFault("control: no newline at the end", ("csv", "tsv", "jsonl"), "", lambda e, r: PLAIN(e, r)[:-1], "loaded"),
    FileFault("control: newlines of another system", SHEETS, "", spoils.other_newlines, "loaded"),
    FileFault("control: two gzip streams in a row", GZIPPED, "", spoils.in_two_streams, "loaded"),
    FileFault("control: zstandard in two frames", ZSTANDARD, "", spoils.in_two_streams, "loaded"),
]
# fmt: on
