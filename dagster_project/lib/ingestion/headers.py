"""The first look at a new file: is it whole, and which columns does it say it has.

Reads a file's bytes once; its rows are read by readers.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from typing import BinaryIO

import duckdb
import zstandard

from dagster_project.lib.common.sql import quote_path
from dagster_project.lib.ingestion.contracts import Dialect
from dagster_project.lib.ingestion.landing import LandedFile

_CHUNK = 1 << 20


class FileFaultError(Exception):
    """A file that cannot be loaded as a whole; the text says why and what to do."""


def open_content(file: LandedFile) -> BinaryIO:
    """The file's content, decompressed."""
    if file.compression == "gzip":
        return gzip.open(file.path, "rb")  # type: ignore[return-value]
    if file.compression == "zstd":
        return zstandard.open(file.path, "rb")  # type: ignore[return-value]
    return file.path.open("rb")


def check_whole(file: LandedFile) -> None:
    """Raise FileFaultError for a file that is empty or whose compression breaks off.

    DuckDB reads a truncated .gz or .zst up to the break and says nothing, so it is found here.
    """
    if file.size == 0:
        raise FileFaultError("the file is empty; deliver it again")
    try:
        if file.compression == "gzip":
            _read_through_gzip(file)
        elif file.compression == "zstd":
            _read_through_zstd(file)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise FileFaultError(
            f"the {file.compression} stream is damaged or cut off; deliver the file again"
        ) from error


def _read_through_gzip(file: LandedFile) -> None:
    with gzip.open(file.path, "rb") as stream:
        while stream.read(_CHUNK):
            continue


def _read_through_zstd(file: LandedFile) -> None:
    """Frame by frame: zstandard's own streaming reader takes a cut for an end."""
    decompressor = zstandard.ZstdDecompressor()
    frame, is_open = decompressor.decompressobj(), False
    with file.path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            while chunk:
                frame.decompress(chunk)
                is_open = not frame.eof
                chunk = b"" if is_open else frame.unused_data
                if not is_open:
                    frame = decompressor.decompressobj()
    if is_open:
        raise EOFError


def read_header(file: LandedFile, dialect: Dialect) -> tuple[str, ...]:
    """The column names of a UTF-8 CSV or TSV file, in its order. FileFaultError where there is no usable header."""
    try:
        with (
            open_content(file) as stream,
            io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="") as text,
        ):
            reader = csv.reader(
                text,
                delimiter=delimiter_of(file, dialect),
                quotechar=dialect.quote,
                doublequote=True,
                strict=True,
            )
            names = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise FileFaultError(
            "its first line is not a header; check its quotes, or `dialect:` in its contract"
        ) from error
    if not any(names):
        raise FileFaultError("its first line names no columns; deliver the file with a header")
    if any("\ufffd" in name or not name.isprintable() for name in names):
        raise FileFaultError(
            "its header is not UTF-8 text; save the file as UTF-8, or name its encoding in the contract's `dialect:`"
        )
    lowered = [name.lower() for name in names]
    repeated = [str(place) for place, name in enumerate(lowered, 1) if name and lowered.count(name) > 1]
    if repeated:
        # By place, not by name: the first line of a file without a header may be a person.
        raise FileFaultError(
            f"its header gives columns {', '.join(repeated)} the same name; name each column once"
        )
    return tuple(name or f"column {place} without a name" for place, name in enumerate(names, 1))


def delimiter_of(file: LandedFile, dialect: Dialect) -> str:
    """The contract's delimiter, or that of the extension."""
    return dialect.delimiter or ("\t" if file.container == "tsv" else ",")


def read_parquet_columns(
    connection: duckdb.DuckDBPyConnection, file: LandedFile
) -> tuple[tuple[str, str], ...]:
    """Names and DuckDB types of a Parquet file's columns. FileFaultError where it is not Parquet."""
    try:
        rows = connection.execute(
            f"describe select * from read_parquet({quote_path(file.path)}, hive_partitioning = false)"
        ).fetchall()
    except duckdb.Error as error:
        raise FileFaultError("it is not a readable Parquet file; deliver it again") from error
    return tuple((row[0], row[1]) for row in rows)
