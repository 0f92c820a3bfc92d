"""The first look at a new file: which columns does it say it has.

Whether it is whole belongs to wholeness; its rows are read by readers.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Sequence
from typing import BinaryIO

import duckdb
import zstandard

from dagster_project.lib.common.sql import quote_path
from dagster_project.lib.ingestion.arrival.column_names import OWN, name_all
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.contract import Dialect

LARGE_BYTES = 256 << 20
BOMB_PARQUET_RATIO, BOMB_ROWS_A_BYTE = 1000, 50_000
"""Beyond this a Parquet footer claims what no file of its size holds; equal values in a column compress very well."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\ufffd]")
"""Control characters but the tab, and what stands for bytes that are no UTF-8."""


class FileFaultError(Exception):
    """A file that cannot be loaded as a whole; the text says why and what to do."""


def open_content(file: LandedFile) -> BinaryIO:
    """The file's content, decompressed."""
    if file.compression == "gzip":
        return gzip.open(file.path, "rb")  # type: ignore[return-value]
    if file.compression == "zstd":
        return io.BufferedReader(zstandard.open(file.path, "rb"))  # type: ignore[arg-type]
    return file.path.open("rb")


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
    if any(_NO_TEXT.search(name) for name in names):
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
    _check_own(names)
    return name_all(names)


def _check_own(names: Sequence[str]) -> None:
    for place, name in enumerate(names, 1):
        if name.lower().startswith(OWN):
            raise FileFaultError(
                f"the name of its column {place} begins with {OWN.strip()!r}, as those do that its reading adds;"
                " rename the column"
            )


def delimiter_of(file: LandedFile, dialect: Dialect) -> str:
    """The contract's delimiter, or that of the extension."""
    return dialect.delimiter or ("\t" if file.container == "tsv" else ",")


def read_parquet_columns(
    connection: duckdb.DuckDBPyConnection, file: LandedFile
) -> tuple[tuple[str, str], ...]:
    """Names and DuckDB types of a Parquet file's columns. FileFaultError where it cannot be read as that."""
    path = quote_path(file.path)
    try:
        rows = connection.execute(
            f"describe select * from read_parquet({path}, hive_partitioning = false)"
        ).fetchall()
        claimed = connection.execute(f"""
            select sum(total_uncompressed_size), (select sum(num_rows) from parquet_file_metadata({path}))
            from parquet_metadata({path})
        """).fetchone()
    except duckdb.Error as error:
        raise FileFaultError("it is not a readable Parquet file; deliver it again") from error
    size, count = claimed or (0, 0)
    if (
        size and size > max(LARGE_BYTES, BOMB_PARQUET_RATIO * file.size)
    ) or count > BOMB_ROWS_A_BYTE * file.size:
        raise FileFaultError(
            f"its footer claims {count:,} rows, more than its size can hold; deliver it again in smaller files"
        )
    _check_own([row[0] for row in rows])
    return tuple((row[0], row[1]) for row in rows)
