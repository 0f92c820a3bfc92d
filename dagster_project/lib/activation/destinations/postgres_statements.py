"""The statements that bring one PostgreSQL table up to date from a staging table of texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, LiteralString

from psycopg import sql

from dagster_project.lib.activation.delivery.targets import Collection, Column, PermanentError

STAGING = sql.Identifier("kindred_staging")
VERSIONS = "kindred_deliveries"
_TYPES: dict[str, LiteralString] = {
    "BOOLEAN": "boolean", "TINYINT": "smallint", "SMALLINT": "smallint", "INTEGER": "integer", "BIGINT": "bigint",
    "UTINYINT": "smallint", "USMALLINT": "integer", "UINTEGER": "bigint", "UBIGINT": "numeric", "HUGEINT": "numeric",
    "FLOAT": "real", "DOUBLE": "double precision", "VARCHAR": "text", "DATE": "date", "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz", "TIME": "time", "UUID": "uuid", "JSON": "jsonb", "BLOB": "bytea",
}  # fmt: skip
"""DuckDB's types and PostgreSQL's; what is not here, such as a list, goes as jsonb."""


_FULL_NAMES = {"timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone"}  # fmt: skip
_TEXTS = {"text", "character varying", "character"}


class TableStatements:
    """Statements for a collection's table in a schema."""

    def __init__(self, collection: Collection, schema: str) -> None:
        self._collection = collection
        self._schema = schema
        self.name = collection.name.rpartition(".")[2]
        self.table = sql.Identifier(schema, self.name)
        self.versions = sql.Identifier(schema, VERSIONS)

    def find_columns(self) -> sql.Composed:
        """A query for the names and types of the table's columns; one row of nulls where only the schema is there."""
        return sql.SQL("""
            select attribute.attname, format_type(attribute.atttypid, null)
            from pg_namespace as namespace
            left join pg_class as relation on relation.relnamespace = namespace.oid and relation.relname = {name}
            left join pg_attribute as attribute
                on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
            where namespace.nspname = {schema}
        """).format(name=sql.Literal(self.name), schema=sql.Literal(self._schema))

    def create(self, there: Mapping[str, str], *, has_schema: bool) -> list[sql.Composed]:
        """Make the schema, the table of versions, the table, and the columns that it lacks.

        there: the columns of the table by name, with PostgreSQL's names of their types; none where there is no table.
        PermanentError where one has another type.
        """
        columns = {column.name: _type_of(column) for column in self._collection.columns}
        declared = {
            name: sql.SQL("{} {}").format(sql.Identifier(name), kind) for name, kind in columns.items()
        }
        statements = [
            sql.SQL("create table if not exists {} (collection text primary key, version bigint)").format(
                self.versions
            )
        ]
        if not has_schema:
            statements.insert(
                0, sql.SQL("create schema if not exists {}").format(sql.Identifier(self._schema))
            )
        if not there:
            return [
                *statements,
                sql.SQL("create table {} ({}, primary key ({}))").format(
                    self.table, sql.SQL(", ").join(declared.values()), _names(self._collection.key)
                ),
            ]
        for name, kind in columns.items():
            wanted = kind.as_string()
            if name not in there:
                statements.append(sql.SQL("alter table {} add column {}").format(self.table, declared[name]))
            elif _FULL_NAMES.get(wanted, wanted) != there[name] and not {wanted, there[name]} <= _TEXTS:
                raise PermanentError(f"its column {name} is {there[name]} and has to be {wanted}")
        return statements

    def index(self) -> sql.Composed:
        """Find staged rows by their number without reading all."""
        return sql.SQL("create index if not exists kindred_numbers on {} (kindred_number)").format(STAGING)

    def stage(self) -> sql.Composed:
        """Make the staging table: the number of a row, whether it has to go, and its values as texts."""
        texts = [
            sql.SQL("{} text").format(sql.Identifier(column.name)) for column in self._collection.columns
        ]
        return sql.SQL(
            "create temp table {} (kindred_number integer, kindred_removed boolean, {}) on commit drop"
        ).format(STAGING, sql.SQL(", ").join(texts))

    def upsert(self) -> sql.Composed:
        """Write the staged rows from one number up to before another."""
        names = [column.name for column in self._collection.columns]
        others = [name for name in names if name not in self._collection.key]
        update = sql.SQL("update set {}").format(
            sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in others)
        )
        return sql.SQL("""
            insert into {table} ({names})
            select {values} from {staging} as staged
            where not kindred_removed and kindred_number >= %s and kindred_number < %s
            on conflict ({key}) do {action}
        """).format(
            table=self.table,
            names=_names(names),
            values=sql.SQL(", ").join(map(_cast, self._collection.columns)),
            staging=STAGING,
            key=_names(self._collection.key),
            action=update if others else sql.SQL("nothing"),
        )

    def remove(self) -> sql.Composed:
        """Delete the staged rows that have to go."""
        by_name = {column.name: column for column in self._collection.columns}
        same = [
            sql.SQL("there.{} = {}").format(sql.Identifier(name), _cast(by_name[name]))
            for name in self._collection.key
        ]
        return sql.SQL("delete from {} as there using {} as staged where kindred_removed and {}").format(
            self.table, STAGING, sql.SQL(" and ").join(same)
        )

    def note_version(self) -> sql.Composed:
        """Say which version of the collection this transaction leaves."""
        return sql.SQL(
            "insert into {} values (%s, %s) on conflict (collection) do update set version = excluded.version"
        ).format(self.versions)


def as_text(value: Any) -> Any:
    """A value as a text that PostgreSQL casts back to its type."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, list | dict):
        return json.dumps(value, default=str)
    return None if value is None else str(value)


def _type_of(column: Column) -> sql.SQL:
    return sql.SQL("numeric" if column.type.startswith("DECIMAL") else _TYPES.get(column.type, "jsonb"))


def _cast(column: Column) -> sql.Composed:
    return sql.SQL("staged.{}::{}").format(sql.Identifier(column.name), _type_of(column))


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
