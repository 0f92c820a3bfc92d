"""SQL that makes tables of delivered files in Snowflake, BigQuery and Redshift, and loads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.activation.destinations.declared import Destination
from dagster_project.lib.activation.destinations.files import FilesDestination
from dagster_project.lib.activation.published import read_manifest
from dagster_project.lib.common.errors import KindredError


@dataclass(frozen=True)
class Dialect:
    """How a warehouse names types and loads files. types: by DuckDB's name; `other` for all that is not there."""

    types: dict[str, str]
    other: str
    quote: str
    load: dict[str, str]
    """By file format; `{table}`, `{address}` and `{columns}` are filled in."""

    def type_of(self, kind: str) -> str:
        """The warehouse's name of a type of DuckDB."""
        if kind.startswith("DECIMAL"):
            return kind.lower().replace("decimal", self.types["UBIGINT"].split("(")[0])
        return self.types.get(kind, self.other)


_SNOWFLAKE_OPTIONS = "match_by_column_name = case_insensitive"
DIALECTS = {
    "snowflake": Dialect(
        {
            "BOOLEAN": "boolean", "TINYINT": "integer", "SMALLINT": "integer", "INTEGER": "integer",
            "BIGINT": "bigint",
            "UTINYINT": "integer", "USMALLINT": "integer", "UINTEGER": "bigint", "UBIGINT": "number(20, 0)",
            "HUGEINT": "number(38, 0)", "FLOAT": "float",
            "DOUBLE": "double", "VARCHAR": "varchar", "DATE": "date", "TIMESTAMP": "timestamp_ntz",
            "TIMESTAMP WITH TIME ZONE": "timestamp_tz", "TIME": "time", "BLOB": "binary",
        },
        "variant",
        '"',
        {
            "parquet": f"copy into {{table}} from '{{address}}' file_format = (type = parquet) {_SNOWFLAKE_OPTIONS}",
            "csv": "copy into {table} from '{address}' file_format = (type = csv parse_header = true"
            f" field_optionally_enclosed_by = '\"') {_SNOWFLAKE_OPTIONS}",
            "jsonl": f"copy into {{table}} from '{{address}}' file_format = (type = json) {_SNOWFLAKE_OPTIONS}",
        },
    ),
    "bigquery": Dialect(
        {
            "BOOLEAN": "bool", "TINYINT": "int64", "SMALLINT": "int64", "INTEGER": "int64", "BIGINT": "int64",

            "UTINYINT": "int64", "USMALLINT": "int64", "UINTEGER": "int64", "UBIGINT": "numeric",
            "HUGEINT": "bignumeric", "FLOAT": "float64", "DOUBLE": "float64",
            "VARCHAR": "string", "DATE": "date", "TIMESTAMP": "datetime", "TIMESTAMP WITH TIME ZONE": "timestamp",
            "TIME": "time", "BLOB": "bytes",
        },
        "json",
        "`",
        {
            "parquet": "load data into {table} from files (format = 'PARQUET', uris = ['{address}*'])",
            "csv": "load data into {table} from files (format = 'CSV', skip_leading_rows = 1, uris = ['{address}*'])",
            "jsonl": "load data into {table} from files (format = 'JSON', uris = ['{address}*'])",
        },
    ),
    "redshift": Dialect(
        {
            "BOOLEAN": "boolean", "TINYINT": "smallint", "SMALLINT": "smallint", "INTEGER": "integer",
            "BIGINT": "bigint",
            "UTINYINT": "smallint", "USMALLINT": "integer", "UINTEGER": "bigint", "UBIGINT": "decimal(20, 0)",
            "HUGEINT": "decimal(38, 0)", "FLOAT": "real",
            "DOUBLE": "double precision", "VARCHAR": "varchar(65535)", "DATE": "date", "TIMESTAMP": "timestamp",
            "TIMESTAMP WITH TIME ZONE": "timestamptz", "TIME": "time", "BLOB": "varbyte(65535)",
        },
        "super",
        '"',
        {
            "parquet": "copy {table} from '{address}' iam_role default format as parquet",
            "csv": "copy {table} ({columns}) from '{address}' iam_role default csv ignoreheader 1",
            "jsonl": "copy {table} from '{address}' iam_role default json 'auto'",
        },
    ),
}  # fmt: skip


def load_statements(current: Path, destination: Destination, warehouse: str) -> str:
    """Statements, one a line: make each table of a destination's files, empty it, and load what the night left there.

    Of files by date, it is the night's own day that is taken out and loaded again.

    current: `published/current`, which says which columns a table has. warehouse: a key of DIALECTS. KindredError
    where the destination has no files of tables.
    """
    if not isinstance(destination, FilesDestination):
        raise KindredError(
            f"destinations.yml: {destination.name} is of kind {destination.kind}, which has no files of tables",
            "name a destination of kind files",
        )
    manifest = read_manifest(current)
    published = manifest["tables"]
    for table in destination.tables:
        if table not in published:
            raise KindredError(
                f"destinations.yml: {destination.name} asks for {table}, which is not published",
                f"name one of: {', '.join(sorted(published))}",
            )
    dialect = DIALECTS[warehouse]
    day = manifest["as_of"][:10]
    folder = destination.folder.rstrip("/")
    if warehouse == "snowflake":
        folder = folder.replace("gs://", "gcs://")
    statements = []
    with duckdb.connect(str(current / "kindred.duckdb"), read_only=True) as connection:
        for table in destination.tables:
            columns = [
                (f"{dialect.quote}{name}{dialect.quote}", dialect.type_of(kind))
                for name, kind, *_ in connection.execute(f"describe {table}").fetchall()
            ]
            name = table.split(".")[1]
            address, emptied = f"{folder}/{name}.", f"truncate table {name};"
            if destination.by_date:
                columns.append((f"{dialect.quote}as_of_date{dialect.quote}", dialect.type_of("DATE")))
                address = f"{folder}/{name}/as_of_date={day}/"
                emptied = f"delete from {name} where as_of_date = '{day}';"
            declared = ", ".join(f"{column} {kind}" for column, kind in columns)
            loaded = dialect.load[destination.format].format(
                table=name, columns=", ".join(column for column, _ in columns), address=address
            )
            statements += [f"create table if not exists {name} ({declared});", emptied, f"{loaded};"]
    return "\n".join(statements)
