"""The first rows of an export as text, column by column, with what was found of its dialect.

What the columns mean is found by others.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_path
from dagster_project.lib.ingestion.arrival.column_names import may_show, name_all
from dagster_project.lib.ingestion.arrival.compression import COMPRESSIONS
from dagster_project.lib.ingestion.arrival.headers import FileFaultError, open_content
from dagster_project.lib.ingestion.arrival.landing import CONTAINERS, LandedFile, container_of
from dagster_project.lib.ingestion.arrival.wholeness import check_whole
from dagster_project.lib.ingestion.contracts.contract import Dialect
from dagster_project.lib.ingestion.inference.encodings import find_encoding

ROWS = 20_000
CHARACTERS = 16 << 20
_PROBE = 200
"""Rows that are enough to tell how a text file is written."""
_WRITTEN = [
    (delimiter, quote, escape)
    for quote, escape in (('"', '"'), ('"', "\\"), ("'", "'"))
    for delimiter in ",;\t|"
]


@dataclass
class Sample:
    """What an export looks like at its beginning."""

    container: str
    columns: dict[str, list[str]]
    """Column name as written -> its values, without the blank ones."""
    rows: int
    encoding: str = "utf-8"
    is_encoding_guessed: bool = False
    dialect: dict[str, str] = field(default_factory=dict)
    """`delimiter`, `quote` and `escape` where they are not the defaults."""


def read_sample(path: Path) -> Sample:
    """The first ROWS rows. KindredError where the file cannot be read or its first line names no columns."""
    file = LandedFile(
        path=path,
        relative_path=path.name,
        container=container_of(path.name),
        compression=COMPRESSIONS.get(path.suffix.lower(), "none"),
        content_hash="",
        size=path.stat().st_size,
        folder=path.parent,
    )
    if file.container not in CONTAINERS.values() or not file.is_known_container:
        raise KindredError(
            f"{path} has the extension {file.container!r}, which is unknown",
            f"name it {', '.join(CONTAINERS)}, plain or (but Parquet) with .gz or .zst",
        )
    try:
        check_whole(file, Dialect())
    except FileFaultError as error:
        raise KindredError(f"{path}: {error}", "then draft its contract") from None
    if file.container == "parquet":
        return _read_parquet(path)
    encoding, is_guessed = find_encoding(file)
    with (
        open_content(file) as stream,
        io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text,
    ):
        content = text.read(CHARACTERS).removeprefix("\ufeff")
    sample = _read_jsonl(content) if file.container == "jsonl" else _read_delimited(content, file, path)
    sample.encoding, sample.is_encoding_guessed = encoding, is_guessed
    return sample


def _read_parquet(path: Path) -> Sample:
    with duckdb.connect() as connection:
        try:
            relation = f"read_parquet({quote_path(path)}, hive_partitioning = false)"
            found = connection.execute(f"select columns(*)::varchar from {relation} limit {ROWS}")
        except duckdb.Error:
            raise KindredError(f"{path} is not a readable Parquet file", "export it again") from None
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    values = ([value for value in column if value and value.strip()] for column in zip(*rows, strict=True))
    return Sample(
        "parquet", dict(zip(names, values, strict=True)) if rows else {name: [] for name in names}, len(rows)
    )


def _read_jsonl(content: str) -> Sample:
    columns: dict[str, list[str]] = {}
    rows = 0
    for line in islice(io.StringIO(content), ROWS):
        record = _object_of(line)
        rows += record is not None
        for name, value in (record or {}).items():
            text = value if isinstance(value, str) else json.dumps(value)
            columns.setdefault(name, []).extend([text.strip()] if value is not None and text.strip() else [])
    return Sample("jsonl", columns, rows)


def _object_of(line: str) -> dict[str, Any] | None:
    """None for what is no JSON object: a draft is made of the lines that are."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _read_delimited(content: str, file: LandedFile, path: Path) -> Sample:
    usual = "\t" if file.container == "tsv" else ","
    delimiter, quote, escape = max(_WRITTEN, key=lambda written: _evenness(content, written, usual))
    records = _records(content, (delimiter, quote, escape), ROWS + 1)
    names = [name.strip() for name in next(records, [])]
    _check_header(names, path)
    names = list(name_all(names))
    columns: dict[str, list[str]] = {name: [] for name in names}
    rows = 0
    for record in records:
        rows += 1
        for name, value in zip(names, record, strict=False):
            if value.strip():
                columns[name].append(value.strip())
    dialect = {"delimiter": delimiter} if delimiter != usual else {}
    dialect |= {"quote": quote} if quote != '"' else {}
    dialect |= {"escape": escape} if escape != '"' else {}
    return Sample("csv", columns, rows, dialect=dialect)


def _records(content: str, written: tuple[str, str, str], rows: int) -> Iterator[list[str]]:
    delimiter, quote, escape = written
    reader = csv.reader(
        io.StringIO(content, newline=""),
        delimiter=delimiter,
        quotechar=quote,
        doublequote=quote == escape,
        escapechar=None if quote == escape else escape,
    )
    csv.field_size_limit(CHARACTERS)
    return (record for record in islice(reader, rows) if record)


def _evenness(content: str, written: tuple[str, str, str], usual: str) -> tuple[float, ...]:
    """How well the first rows come out: equal widths, many columns, and no fields left with quotes around them."""
    delimiter, quote, escape = written
    records = list(_records(content[: 1 << 20], written, _PROBE))
    if not records or len(records[0]) < 2:
        return (0.0, 0.0, 0.0, 0.0, float(delimiter == usual))
    fields = [field for record in records for field in record]
    whole = sum(len(record) == len(records[0]) for record in records) / len(records)
    clean = 1 - sum(_is_quoted(field) or '\\"' in field for field in fields) / len(fields)
    is_default = (quote == '"') + (escape == '"')
    return (
        round(whole, 1),
        round(clean, 2),
        float(len(records[0])),
        float(is_default),
        float(delimiter == usual),
    )


def _is_quoted(field: str) -> bool:
    return len(field) > 1 and field[0] == field[-1] and field[0] in "\"'"


def _check_header(names: list[str], path: Path) -> None:
    """A file without a header begins with a row, whose values must not become names in a draft."""
    if not any(names):
        raise KindredError(f"{path}: its first line names no columns", "export it with a header")
    odd = [name for name in names if name and not may_show(name)]
    if any("@" in name for name in odd) or len(odd) > len(names) / 3:
        raise KindredError(
            f"{path}: its first line looks like a row, not like a header", "export it with a header"
        )
    lowered = [name.lower() for name in names if name]
    if len(set(lowered)) < len(lowered):
        raise KindredError(f"{path}: its header gives two columns the same name", "name each column once")
