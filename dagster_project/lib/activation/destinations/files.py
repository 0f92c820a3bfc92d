"""Files: published tables as CSV, JSON lines or Parquet, in a folder or an object store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import duckdb
import fsspec
from fsspec.implementations.local import LocalFileSystem
from pydantic import Field

from dagster_project.lib.activation.delivery.engine import Delivery
from dagster_project.lib.activation.delivery.targets import PermanentError
from dagster_project.lib.activation.destinations.base import ROW_TABLES, Named, Secrets
from dagster_project.lib.activation.destinations.outgoing import CORRECTED
from dagster_project.lib.common.sql import quote_identifier, quote_literal

FileFormat = Literal["csv", "jsonl", "parquet"]
_FORMATS = {
    "csv": "format csv, header",
    "jsonl": "format json, array false",
    "parquet": "format parquet, compression zstd",
}
_FORMULA = r"^[=+\-@\t\r]"
"""How a text begins that a spreadsheet would run (OWASP, "CSV Injection")."""
RECEIPT = ".kindred-{name}.json"
"""Beside the files of a destination: which content of each lies there."""


class FilesDestination(Named):
    """A folder that other systems read."""

    kind: Literal["files"] = Field(default="files", description="What it is: a folder of files.")
    folder: str = Field(
        description="Where the files go: absolute, relative to the data folder, or an object store's address.",
        examples=["exports/newsletter", "s3://bucket/kindred", "gs://bucket/kindred"],
    )
    storage: dict[str, str] = Field(
        default={},
        description="Options of the object store, as fsspec takes them; `${NAME}` takes a part from the environment.",
        examples=[{"key": "${S3_KEY}", "secret": "${S3_SECRET}"}],
    )
    format: FileFormat = Field(default="csv", description="What each table is written as.")
    by_date: bool = Field(
        default=False,
        description="Keep one file a night, below `<table>/as_of_date=<day>/`, in the place of the newest alone.",
    )
    tables: list[str] = Field(
        default=ROW_TABLES, min_length=1, description="Published tables, as schema.table."
    )


@dataclass(frozen=True)
class FileContent:
    """A file to be written. checksum: of its content; equal content is not written again."""

    path: str
    """Below the destination's folder."""
    query: str
    rows: int
    checksum: str
    format: FileFormat
    source: str
    """What the log calls it: a table or a list."""
    has_header: bool = True
    verbatim: frozenset[str] = frozenset()
    """Columns of a CSV that are written as they are, whatever a spreadsheet would make of them."""


def table_file(
    connection: duckdb.DuckDBPyConnection,
    destination: FilesDestination,
    table: str,
    manifest: Mapping[str, Any],
) -> FileContent:
    """The file of a published table, as of a snapshot. connection: on which tables are what is sent of them."""
    day, name = manifest["as_of"][:10], table.split(".")[1]
    path, query = f"{name}.{destination.format}", f"select * from {table}"
    if destination.by_date:
        path = f"{name}/as_of_date={day}/{path}"
        query = f"select *, date '{day}' as as_of_date from {table}"
    rows, checksum = manifest["tables"][table]["rows"], manifest["tables"][table]["checksum"]
    if table in CORRECTED:
        left_out = quote_literal("|".join(manifest["checksum_leaves_out"]))
        rows, checksum = connection.execute(f"""
            select count(*), coalesce(sum(hash(t)), 0)::varchar
            from (select columns(name -> not regexp_full_match(name, {left_out})) from {table}) as t
        """).fetchone() or (0, "")
    return FileContent(path, query, rows, checksum, destination.format, table)


def write_files(
    connection: duckdb.DuckDBPyConnection,
    destination: Named,
    root: tuple[Any, str],
    files: Sequence[FileContent],
    *,
    dry_run: bool = False,
    is_whole: bool = False,
) -> list[Delivery]:
    """Write the files whose content is not there yet; each appears whole.

    root: a file system of fsspec and the folder in it. is_whole: files that were written before and are not among these
    are removed. A file is replaced as one: its rows count as added.
    """
    system, folder = root
    receipt = f"{folder}/{RECEIPT.format(name=destination.name)}"
    there = json.loads(system.cat_file(receipt)) if system.exists(receipt) else {}
    gone = sorted(set(there) - {file.path for file in files}) if is_whole else []
    if not dry_run:
        for name in gone:
            if system.exists(f"{folder}/{name}"):
                system.rm(f"{folder}/{name}")
            del there[name]
    deliveries = []
    for file in files:
        path = f"{folder}/{file.path}"
        content = f"{file.checksum} {_layout(connection, file)}"
        if there.get(file.path) == content and system.exists(path):
            deliveries.append(Delivery(destination.name, file.source, 0, 0, 0, 0, "unchanged"))
            continue
        status = "planned" if dry_run else "delivered"
        deliveries.append(Delivery(destination.name, file.source, file.rows, 0, 0, 0, status))
        if not dry_run:
            _write(connection, system, file, path)
            there[file.path] = content
            _put_text(system, json.dumps(there, indent=1), receipt)
    if gone and not dry_run:
        _put_text(system, json.dumps(there, indent=1), receipt)
    return deliveries


def _layout(connection: duckdb.DuckDBPyConnection, file: FileContent) -> str:
    """Names the columns and types of a file, which a checksum of its values does not."""
    described = connection.execute(f"describe {file.query}").fetchall()
    columns = ", ".join(f"{name} {kind}" for name, kind, *_ in described)
    return hashlib.sha256(columns.encode()).hexdigest()[:16]


def _write(connection: duckdb.DuckDBPyConnection, system: Any, file: FileContent, path: str) -> None:
    with TemporaryDirectory() as local:
        made = Path(local) / "file"
        query = _inert(connection, file) if file.format == "csv" else file.query
        form = _FORMATS[file.format] + ("" if file.has_header else " false")
        connection.execute(f"copy ({query}) to {quote_literal(made)} ({form})")
        _put(system, made, path)


def _put_text(system: Any, text: str, path: str) -> None:
    with TemporaryDirectory() as local:
        made = Path(local) / "file"
        made.write_text(text)
        _put(system, made, path)


def open_folder(folder: str, storage: Mapping[str, str], data_dir: Path, secrets: Secrets) -> Any:
    """The file system of a folder or address, and the folder in it.

    PermanentError where the package that talks to such a store is not installed or a secret is missing.
    """
    options = {option: secrets.fill(value) for option, value in storage.items()}
    folder = secrets.fill(folder)
    if "://" not in folder:
        return fsspec.filesystem("file"), str(data_dir / folder)
    try:
        return fsspec.core.url_to_fs(folder, **options)
    except (ImportError, ValueError) as error:
        raise PermanentError(
            f"{folder.split('://', maxsplit=1)[0]}:// cannot be written ({error})"
        ) from error


def _put(system: Any, made: Path, path: str) -> None:
    """Put a local file there under a name that nobody reads yet, then under its own."""
    parent, _, name = path.rpartition("/")
    unfinished = f"{parent}/.{name}.part"
    if isinstance(system, LocalFileSystem):
        Path(parent).mkdir(parents=True, exist_ok=True, mode=0o700)
    else:
        system.makedirs(parent, exist_ok=True)
    system.put_file(str(made), unfinished)
    system.mv(unfinished, path)


def _inert(connection: duckdb.DuckDBPyConnection, file: FileContent) -> str:
    """The file's query with an apostrophe before each text that a spreadsheet would run."""
    columns = []
    for name, kind, *_ in connection.execute(f"describe {file.query}").fetchall():
        column = quote_identifier(name)
        is_formula = f"regexp_matches({column}, {quote_literal(_FORMULA)})"
        inert = f"case when {is_formula} then chr(39) || {column} else {column} end as {column}"
        columns.append(inert if kind == "VARCHAR" and name not in file.verbatim else column)
    return f"select {', '.join(columns)} from ({file.query})"
