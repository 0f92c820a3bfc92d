"""Finding records of a file by what stands in their fields."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Iterator

import duckdb

from dagster_project.lib.common.sql import quote_identifier, quote_path
from dagster_project.lib.ingestion.arrival.fields import (
    Names,
    change_json,
    fields_of,
    named_fields,
    split_records,
)
from dagster_project.lib.ingestion.arrival.headers import delimiter_of, open_content, read_parquet_columns
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.arrival.transcode import encoding_of
from dagster_project.lib.ingestion.contracts.contract import Dialect


def find_places(
    file: LandedFile, dialect: Dialect, texts: Collection[str], is_theirs: Names, *, has_header: bool = True
) -> frozenset[int]:
    """The places of records with a field that is theirs. texts: one of which any such record holds."""
    if file.container == "parquet":
        return _find_in_parquet(file, texts, is_theirs)
    sought = [text.encode() for text in texts]
    place, header, found = 0, None, set()
    with open_content(file) as stream:
        lines: Iterable[bytes] = stream
        if (encoding := encoding_of(file, dialect)) != "utf-8":
            lines = io.BytesIO(stream.read().decode(encoding).encode())
        delimiter = delimiter_of(file, dialect)
        is_table = file.container in ("csv", "tsv")
        for record in split_records(lines, dialect, delimiter) if is_table else lines:
            if not record.strip(b" \r\n"):
                continue
            if is_table and has_header and header is None:
                header = fields_of(record, dialect, delimiter)
                continue
            place += 1
            if any(text in record for text in sought):
                fields = (
                    named_fields(record, header or (), dialect, delimiter) if is_table else _members(record)
                )
                if any(is_theirs(name, text) for name, text in fields):
                    found.add(place)
    return frozenset(found)


def _members(record: bytes) -> Iterator[tuple[str, str]]:
    """What a line of JSON holds, at any depth; another line is one field without a name."""
    try:
        document = json.loads(record)
    except ValueError:
        yield "", record.decode("utf-8", "replace")
        return
    found: list[tuple[str, str]] = []
    change_json(document, lambda name, text: found.append((name, text)))
    yield from found


def _find_in_parquet(file: LandedFile, texts: Collection[str], is_theirs: Names) -> frozenset[int]:
    with duckdb.connect() as connection:
        columns = [
            f"list_contains($texts, {quote_identifier(name)}::varchar)"
            for name, _ in read_parquet_columns(connection, file)
            if any(is_theirs(name, text) for text in texts)
        ]
        if not columns:
            return frozenset()
        places = connection.execute(
            f"""
            select place from (
                select row_number() over () as place, {" or ".join(columns)} as is_theirs
                from read_parquet({quote_path(file.path)}, hive_partitioning = false)
            ) where is_theirs
            """,
            {"texts": list(texts)},
        ).fetchall()
    return frozenset(place for (place,) in places)
