"""`quality.column_profiles`: what each column of the published tables held on each night, in a few figures.

Belongs here: one pass over a table. Of people no value is told: of a column that names them, or is what nobody is to be
sorted by, only how many rows have it, and of text never more than how long it is. Columns that say when and by which
run a row was made are left out, and so are the tables of `quality`, which tell of nights already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from dagster_project.lib.common.catalog import list_column_types
from dagster_project.lib.common.checksums import PROVENANCE, row_hash, write_checksum
from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.common.warehouse import count_tables, transaction
from dagster_project.lib.validation.monitoring.nights import PROFILES, WatchedNight

SCHEMAS = ("marts", "activation", "experiments")
FEWEST_VALUES = 200
"""Of fewer values no quantile is told: a twentieth of them would be less than ten people."""
_SAMPLED_ROWS = 20_000
"""Quantiles of larger tables are those of about so many rows, chosen by their content and so the same every time."""
_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "UINTEGER",
    "UBIGINT",
)
_TIMES = ("TIMESTAMP", "DATE")
_TEXTS = ("VARCHAR", "JSON")
_MEASURED = [
    "table_name", "column_name", "row_count", "null_count", "distinct_count", "measured_in", "average", "quantile_05",
    "median", "quantile_95", "table_checksum",
]  # fmt: skip
_NOTHING = (0, 0, None, None)
"""What is measured of a column without rows."""
ClassOf = Callable[[str, str], str | None]
"""Given `schema.table` and a column, its class of personal data: direct, sensitive, indirect, none, or None."""


@dataclass(frozen=True)
class Profiled:
    """How many tables were read, and of how many the figures of the night before stand."""

    read: int
    reused: int


@dataclass(frozen=True)
class _Column:
    name: str
    measured_in: str | None

    @classmethod
    def plan(cls, name: str, kind: str, personal_data: str | None) -> _Column:
        """What may be measured of a column of this type and class."""
        if personal_data in ("none", "indirect"):
            if kind.startswith(_NUMBERS):
                return cls(name, "number")
            if kind.startswith(_TIMES):
                return cls(name, "days")
            if kind == "BOOLEAN":
                return cls(name, "share")
        return cls(
            name, "characters" if kind in _TEXTS and personal_data not in ("sensitive", None) else None
        )

    def figures(self, is_counted: str) -> str:
        """SQL of nulls, distinct values, average and quantiles. is_counted: whether a row counts for quantiles."""
        column = quote_identifier(self.name)
        average, quantiles = "null::double", "null::double[]"
        if self.measured_in == "share":
            average = f"sum({column}::integer) / count({column})"
        elif self.measured_in == "characters":
            average = f"sum(length({column}::varchar)) / count({column})"
        elif self.measured_in is not None:
            value = column
            if self.measured_in == "days":
                value = f"(epoch($as_of) - epoch({column}::timestamp)) / 86400"
            # a filter would cost more than the quantiles
            quantiles = f"quantile_cont(case when {is_counted} then {value}::double end, [0.05, 0.5, 0.95])"
        return f"count(*) - count({column}), approx_count_distinct({column}), {average}, {quantiles}"


def write_profiles(connection: duckdb.DuckDBPyConnection, night: WatchedNight, class_of: ClassOf) -> Profiled:
    """Replace the night's rows: one a column of each table of SCHEMAS. One transaction: none may be open.

    A table whose content is that of the last night before keeps its figures; its days count from tonight. Distinct
    values are estimated (HyperLogLog, within a few hundredths).
    """
    types = {
        table: {name: kind for name, kind in columns.items() if name not in PROVENANCE}
        for table, columns in list_column_types(connection, SCHEMAS).items()
    }
    counts = count_tables(connection, types)
    unchanged = _find_unchanged(connection, night, types, counts)
    rows = [
        (table, *row)
        for table, columns in sorted(types.items())
        if table not in unchanged
        for row in _measure(connection, night, table, columns, counts[table], class_of)
    ]
    with transaction(connection):
        connection.execute(f"delete from {PROFILES} where as_of = ?", [night.as_of])
        connection.execute(
            f"""
            insert into {PROFILES}
            select
                $as_of, table_name, column_name, row_count, null_count, distinct_count, measured_in, average,
                columns('quantile_.*|median') + case
                    when measured_in = 'days' then (epoch($as_of) - epoch(as_of)) / 86400 else 0
                end,
                table_checksum, $run_id
            from {PROFILES}
            where (table_name, as_of) in (select (unnest($tables), unnest($nights)))
            """,
            {
                "as_of": night.as_of,
                "run_id": night.run_id,
                "tables": list(unchanged),
                "nights": list(unchanged.values()),
            },
        )
        if rows:
            connection.register("measured", pd.DataFrame(rows, columns=_MEASURED))
            connection.execute(
                f"insert into {PROFILES} by name select ?::timestamp as as_of, *, ? as run_id from measured",
                [night.as_of, night.run_id],
            )
            connection.unregister("measured")
    return Profiled(len(types) - len(unchanged), len(unchanged))


def _find_unchanged(
    connection: duckdb.DuckDBPyConnection,
    night: WatchedNight,
    types: Mapping[str, Mapping[str, str]],
    counts: Mapping[str, int],
) -> dict[str, Any]:
    """Tables that hold what they held on the last night before, with its instant."""
    earlier = connection.execute(
        f"""
        select table_name, as_of, any_value(row_count), any_value(table_checksum), list(column_name)
        from {PROFILES} where as_of = (select max(as_of) from {PROFILES} where as_of < ?) group by 1, 2
        """,
        [night.as_of],
    ).fetchall()
    return {
        table: as_of
        for table, as_of, row_count, checksum, columns in earlier
        # of another count of rows the content is another; counting reads none of them
        if counts.get(table) == row_count
        and set(columns) == set(types[table])
        and _checksum(connection, table, types[table]) == checksum
    }


def _checksum(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> str:
    (total,) = connection.execute(
        f"select coalesce(sum({row_hash(columns)}), 0) from {table}"
    ).fetchone() or (0,)
    return write_checksum(total)


def _measure(
    connection: duckdb.DuckDBPyConnection,
    night: WatchedNight,
    table: str,
    columns: Mapping[str, str],
    row_count: int,
    class_of: ClassOf,
) -> Iterator[tuple[Any, ...]]:
    """Rows of the table, from the name of their column to the checksum."""
    planned = [_Column.plan(name, kind, class_of(table, name)) for name, kind in columns.items()]
    step = 1 + row_count // _SAMPLED_ROWS
    is_counted = "true" if step == 1 else f"row_hash % {step} = 0"
    measured = (
        connection.execute(
            f"""
            select coalesce(sum(row_hash), 0), {", ".join(column.figures(is_counted) for column in planned)}
            from (select *, {row_hash(columns)} as row_hash from {table})
            """,
            {"as_of": night.as_of} if any(column.measured_in == "days" for column in planned) else None,
        ).fetchone()
        if row_count
        else None
    )
    total, *figures = measured or (0, *_NOTHING * len(planned))
    for place, column in enumerate(planned):
        nulls, distinct, average, quantiles = figures[4 * place : 4 * place + 4]
        is_told = quantiles is not None and row_count - nulls >= FEWEST_VALUES
        yield (
            column.name, row_count, nulls, distinct, column.measured_in, average,
            *(quantiles if is_told else (None, None, None)), write_checksum(total),
        )  # fmt: skip
