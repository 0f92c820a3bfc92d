"""A file of landing once more, without some of its records, and others without what names a person.

Here belongs how records of each container are taken out; whose they are is for others to say. What stays of a text file
stays byte for byte.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import duckdb
import zstandard

from dagster_project.lib.common.sql import quote_identifier, quote_literal, quote_path
from dagster_project.lib.ingestion.arrival.column_names import OWN
from dagster_project.lib.ingestion.arrival.fields import (
    as_csv,
    change_json,
    fields_of,
    named_fields,
    split_records,
)
from dagster_project.lib.ingestion.arrival.headers import delimiter_of, open_content, read_parquet_columns
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.arrival.transcode import encoding_of
from dagster_project.lib.ingestion.contracts.contract import Dialect


@dataclass(frozen=True)
class Cuts:
    """What is taken out of a file. Places count its records from 1, without a header.

    dropped: whole records. blanked: those that get other fields. blank: given a field's name, its text and the record's
    place, what stands there instead, or None for what stays. has_header: whether the first record of a CSV file names
    its fields.
    """

    dropped: Collection[int]
    blanked: Collection[int]
    blank: Callable[[str, str, int], str | None]
    has_header: bool = True


def rewrite(file: LandedFile, dialect: Dialect, cuts: Cuts, path: Path) -> bool:
    """Write the file without the cuts to `path`, in the same container, encoding and compression.

    Returns whether any record is left.
    """
    if file.container == "parquet":
        return _rewrite_parquet(file, cuts, path)
    encoding = encoding_of(file, dialect)
    with open_content(file) as stream, closing(_opened(path, file.compression)) as copy:
        lines: Iterable[bytes] = stream
        if encoding != "utf-8":
            text = stream.read().decode(encoding)
            lines = io.BytesIO(text.encode())
        is_table = file.container in ("csv", "tsv")
        cut = (
            _cut_table(lines, dialect, delimiter_of(file, dialect), cuts)
            if is_table
            else _cut_lines(lines, cuts)
        )
        pieces = [*cut] if encoding != "utf-8" else None
        left = 0
        for piece in pieces or cut:
            left += bool(piece.strip())
            if pieces is None:
                copy.write(piece)
        if pieces is not None:
            # as one text, which begins with one mark of its order of bytes
            copy.write(b"".join(pieces).decode().encode(encoding))
        return left > (is_table and cuts.has_header)


def _opened(path: Path, compression: str) -> BinaryIO:
    if compression == "gzip":
        return gzip.open(path, "wb", compresslevel=6)  # type: ignore[return-value]
    if compression == "zstd":
        return zstandard.open(path, "wb")  # type: ignore[return-value]
    return path.open("wb")


def _cut_table(lines: Iterable[bytes], dialect: Dialect, delimiter: str, cuts: Cuts) -> Iterator[bytes]:
    header: list[str] | None = None if cuts.has_header else []
    place = 0
    for record in split_records(lines, dialect, delimiter):
        if not record.strip(b"\r\n") and not (header and len(header) == 1):
            yield record
        elif header is None:
            header = fields_of(record, dialect, delimiter)
            yield record
        else:
            place += 1
            if place in cuts.blanked:
                yield _blank_fields(record, header, dialect, delimiter, cuts, place)
            elif place not in cuts.dropped:
                yield record


def _blank_fields(
    record: bytes, header: list[str], dialect: Dialect, delimiter: str, cuts: Cuts, place: int
) -> bytes:
    fields = named_fields(record, header, dialect, delimiter)
    changed = [(field, cuts.blank(name, field, place)) for name, field in fields]
    kept = [field if instead is None else instead for field, instead in changed]
    ending = record[len(record.rstrip(b"\r\n")) :]
    text = io.StringIO()
    csv.writer(text, lineterminator="", **as_csv(dialect, delimiter)).writerow(kept)
    return text.getvalue().encode("utf-8", "surrogateescape") + ending


def _cut_lines(lines: Iterable[bytes], cuts: Cuts) -> Iterator[bytes]:
    place = 0
    for line in lines:
        place += bool(line.strip(b" \r\n"))
        if place in cuts.blanked and line.strip():
            document = change_json(json.loads(line), partial(_blank_at, cuts, place))
            yield json.dumps(document, ensure_ascii=False).encode() + b"\n"
        elif place not in cuts.dropped:
            yield line


def _blank_at(cuts: Cuts, place: int, name: str, text: str) -> str | None:
    return cuts.blank(name, text, place)


def _rewrite_parquet(file: LandedFile, cuts: Cuts, path: Path) -> bool:
    place = quote_identifier(f"{OWN}place")
    with duckdb.connect() as connection:
        blanked = {
            name: f"case when {place} not in (select unnest($blanked::bigint[])) then {name} end as {name}"
            for name in (
                quote_identifier(column)
                for column, _ in read_parquet_columns(connection, file)
                if cuts.blank(column, "", 0) is not None
            )
        }
        replaced = f"replace ({', '.join(blanked.values())})" if blanked else ""
        (rows,) = connection.execute(
            f"""
            copy (
                select * exclude ({place}) {replaced} from (
                    select *, row_number() over () as {place}
                    from read_parquet({quote_path(file.path)}, hive_partitioning = false)
                ) where {place} not in (select unnest($dropped::bigint[])) order by {place}
            ) to {quote_literal(str(path))} (format parquet)
            """,
            {"dropped": sorted(cuts.dropped), **({"blanked": sorted(cuts.blanked)} if blanked else {})},
        ).fetchone() or (0,)
        return rows > 0
