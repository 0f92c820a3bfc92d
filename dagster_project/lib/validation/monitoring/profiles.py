"""`quality.column_profiles`: what each column of the published tables held on each night, in a few figures.

Belongs here: one pass over a table, or none where its content is that of the night before. Columns that say when and by
which run a row was made are left out, and so are the tables of `quality`, which tell of nights already. What may be
told of a column is for columns.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from dagster_project.lib.common.catalog import list_column_types
from dagster_project.lib.common.checksums import PROVENANCE, row_hash, write_checksum
from dagster_project.lib.common.warehouse import count_tables, transaction
from dagster_project.lib.validation.monitoring.columns import MeasuredColumn, read_figures
from dagster_project.lib.validation.monitoring.nights import PROFILES, WatchedNight

SCHEMAS = ("marts", "activation", "experiments")
_SAMPLED_ROWS = 20_000
"""Quantiles of larger tables are those of about so many rows, chosen by their content and so the same every time."""
_MEASURED = [
    "table_name", "column_name", "row_count", "null_count", "distinct_count", "measured_in", "average", "quantile_05",
    "median", "quantile_95", "table_checksum",
]  # fmt: skip
ClassOf = Callable[[str, str], str | None]
"""Given `schema.table` and a column, its class of personal data: direct, sensitive, indirect, none, or None."""


@dataclass(frozen=True)
class Profiled:
    """How many tables were read, and of how many the figures of the night before stand."""

    read: int
    reused: int


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
    planned = [MeasuredColumn.plan(name, kind, class_of(table, name)) for name, kind in columns.items()]
    step = 1 + row_count // _SAMPLED_ROWS
    is_counted = "true" if step == 1 else f"row_hash % {step} = 0"
    measured: tuple[Any, ...] = (0,)
    if row_count:
        measured = connection.execute(
            f"""
            select sum(row_hash), {", ".join(column.figures(is_counted) for column in planned)}
            from (select *, {row_hash(columns)} as row_hash from {table})
            """,
            {"as_of": night.as_of} if any(column.measured_in == "days" for column in planned) else None,
        ).fetchone() or (0,)
    total, *figures = measured
    for place, column in enumerate(planned):
        nulls, distinct, *others = read_figures(figures, place, row_count)
        yield column.name, row_count, nulls, distinct, column.measured_in, *others, write_checksum(total)
