"""Each container as SQL: where its rows come from, and each source column as text.

One reader serves many files at once, those of the same container and the same columns. What the text
means is the contract's question (casts), what becomes of a row the loader's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import duckdb

from dagster_project.lib.common.sql import literal_list, path_list, quote_identifier, quote_literal
from dagster_project.lib.ingestion.arrival.headers import (
    FileFaultError,
    delimiter_of,
    read_header,
    read_parquet_columns,
)
from dagster_project.lib.ingestion.arrival.landing import FORMAT_CONTAINERS, LandedFile
from dagster_project.lib.ingestion.arrival.limits import BUFFER_BYTES, DEEP_LINE, LONG_LINE, MAX_LINE_BYTES
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats import format_of, own_columns, translate
from dagster_project.lib.ingestion.reading.formats.format import HeadlessFormat
from dagster_project.lib.ingestion.reading.json_lines import validated
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import NO_OBJECT, Source
from dagster_project.lib.ingestion.reading.unpivot import NAME, VALUE, taken_columns, unpivot_source

_LONG = "the line is too long; shorten the field"
_DEEP = "the line is nested too deep; flatten it"
FILE_COLUMN = "kindred: file of the row"
"""What the reader calls the path of a row's file: it begins as no column of a file may."""


def read_layout(connection: duckdb.DuckDBPyConnection, file: LandedFile, feed: Feed) -> Layout:
    """Look at the file's header or footer. FileFaultError where it cannot be read as what its extension says."""
    export = format_of(feed.contract)
    if export is not None and file.container not in export.containers:
        raise FileFaultError(
            f"{feed.contract.format} exports come as {', '.join(sorted(export.containers))}; deliver it as one of"
            f" them, or correct `format:` in contracts/{feed.folder}.yml"
        )
    if export is None and file.container in FORMAT_CONTAINERS.values():
        raise FileFaultError(
            f".{file.container} files are of no canonical layout; name theirs under `format:` in"
            f" contracts/{feed.folder}.yml"
        )
    if file.container == "jsonl":
        return Layout("jsonl", (), (), has_header=False)
    if file.container == "parquet":
        described = read_parquet_columns(connection, file)
        return Layout("parquet", tuple(name for name, _ in described), tuple(kind for _, kind in described))
    if isinstance(export, HeadlessFormat):
        text = export.describe(file)
        return Layout("csv", text.columns, (), text.delimiter, has_header=False, headless=text)
    dialect = feed.contract.dialect
    return Layout("csv", read_header(file, dialect), (), delimiter_of(file, dialect))


def build_source(layout: Layout, files: Sequence[LandedFile], feed: Feed, known: Sequence[str]) -> Source:
    """SQL over all files of a group. known: the source columns that the contract has a use for."""
    export, unpivot = format_of(feed.contract), feed.contract.unpivot
    if unpivot is not None:
        kept = [name for name in known if name not in (NAME, VALUE)]
        wide = _read(layout, files, feed, [*kept, *taken_columns(layout, kept, unpivot)])
        return unpivot_source(wide, layout, kept, unpivot)
    if export is None:
        return _read(layout, files, feed, known)
    own = _read(layout, files, feed, own_columns(export, layout, feed))
    return translate(export, own, layout, files, feed)


def _read(layout: Layout, files: Sequence[LandedFile], feed: Feed, known: Sequence[str]) -> Source:
    paths = path_list(file.path for file in files)
    if layout.container == "jsonl":
        source = _jsonl(paths, known)
        return source if feed.json_schema is None else validated(source, feed.json_schema)
    if layout.container == "parquet":
        relation = f"read_parquet({paths}, filename = '{FILE_COLUMN}', hive_partitioning = false)"
        return _tabular(relation, layout, known)
    return _tabular(read_csv(paths, layout, feed), layout, known)


def read_csv(paths: str, layout: Layout, feed: Feed, rejects: str = "reject") -> str:
    """The table function over files of one layout, every column as text.

    paths: an SQL list. Lines that the reader refuses are in DuckDB's own reject_errors and reject_scans afterwards.
    rejects: how the names of these two begin. Statements at the same time need names of their own, whatever their
    connections: DuckDB loses lines between them.
    """
    columns = ", ".join(f"{quote_literal(name)}: 'VARCHAR'" for name in layout.columns)
    return (
        f"read_csv({paths}, columns = {{{columns}}}, auto_detect = false, header = {layout.has_header},"
        f" hive_partitioning = false, filename = '{FILE_COLUMN}',"
        f" delim = {quote_literal(layout.delimiter)}, {_quoting(layout, feed)},"
        f" max_line_size = {MAX_LINE_BYTES}, buffer_size = {BUFFER_BYTES}, ignore_errors = true, store_rejects = true,"
        f" rejects_table = '{rejects}_errors', rejects_scan = '{rejects}_scans')"
    )


def _quoting(layout: Layout, feed: Feed) -> str:
    dialect, text = feed.contract.dialect, layout.headless
    if text is None:
        return f"quote = {quote_literal(dialect.quote)}, escape = {quote_literal(dialect.escape)}"
    # Outside of quotes DuckDB looks at escapes only where it is not strict.
    return f"quote = '', escape = {quote_literal(text.escape)}, strict_mode = {not text.escape}"


def extra_columns(layout: Layout, known: Collection[str]) -> str:
    """SQL for the columns of a table-like file beyond the known ones, as JSON, or null where there are none."""
    beyond = [name for name in layout.columns if name not in known]
    return _json_object(beyond) if beyond else "null::json"


def _json_object(names: Sequence[str]) -> str:
    pairs = ", ".join(f"{quote_literal(name)}, {quote_identifier(name)}" for name in names)
    return f"json_object({pairs})"


def _tabular(relation: str, layout: Layout, known: Sequence[str]) -> Source:
    kinds = dict(zip(layout.columns, layout.types, strict=False))
    texts = {name: _text(name, kinds.get(name, "VARCHAR")) for name in layout.columns}
    return Source(
        relation=relation,
        texts=texts,
        record=f"{_json_object(layout.columns)}::varchar",
        extra=extra_columns(layout, known),
        malformed="false",
    )


def _text(name: str, kind: str) -> str:
    column = quote_identifier(name)
    is_nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
    return f"to_json({column})::varchar" if is_nested else f"{column}::varchar"


def _jsonl(paths: str, known: Sequence[str]) -> Source:
    names = list(dict.fromkeys(known))
    structure = quote_literal(json.dumps(dict.fromkeys(names, "VARCHAR")))
    nothing = quote_literal(json.dumps(dict.fromkeys(names)))
    # No character of a JSON text can be the delimiter, so each line arrives whole in one column.
    lines = (
        f"read_csv({paths}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false,"
        f" hive_partitioning = false, filename = '{FILE_COLUMN}', delim = '\\x01', quote = '', escape = '',"
        f" max_line_size = {MAX_LINE_BYTES}, buffer_size = {BUFFER_BYTES},"
        " ignore_errors = true, store_rejects = true)"
    )
    is_object = "ltrim(line) like '{%' and json_valid(line)"
    relation = (
        f"(select *, from_json(document, {structure}) as record"
        f" from (select *, case when {is_object} then line end as document from {lines} where trim(line) <> ''))"
    )
    used = literal_list(names)
    return Source(
        relation=relation,
        # By place: the names of JSON differ by case, and those of a struct's fields do not.
        texts={name: f"struct_extract_at(record, {place})" for place, name in enumerate(names, 1)},
        record="line",
        extra=(
            f"case when len(list_filter(json_keys(document), lambda key: not list_contains({used}, key))) > 0"
            f" then json_merge_patch(document, {nothing}) end"
        ),
        malformed="document is null",
        fault=f"case when starts_with(line, {quote_literal(LONG_LINE)}) then {quote_literal(_LONG)}"
        f" when starts_with(line, {quote_literal(DEEP_LINE)}) then {quote_literal(_DEEP)}"
        f" else {quote_literal(NO_OBJECT)} end",
    )
