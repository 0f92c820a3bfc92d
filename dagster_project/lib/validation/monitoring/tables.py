"""Anomalies of published tables: how many rows they have, and how their columns have moved.

Belongs here: which figures of `quality.column_profiles` are compared. What must hold on any night is said by
expectations, which block; what is only odd is told here.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from dagster_project.lib.validation.monitoring.comparing import Figure, Grid
from dagster_project.lib.validation.monitoring.kinds import Anomaly
from dagster_project.lib.validation.monitoring.nights import PROFILES, WatchedNight

_NIGHTS = 56
"""Eight of each weekday: after a change for good, ranges follow within a month."""
_ERROR_RATES = {"table": 1e-4, "column": 1e-5}
"""There are hundreds of columns with several figures each."""
_ROWS = Figure("table_volume", "row_count", "count")
_COLUMNS = (
    Figure("column_nulls", "null_share", "share"),
    Figure("column_distinct", "distinct_count", "count"),
    Figure("column_values", "true_share", "share"),
    Figure("column_values", "average_length", "level"),
    Figure("column_values", "quantile_05", "level"),
    Figure("column_values", "median", "level"),
    Figure("column_values", "quantile_95", "level"),
)
_PROFILES = f"""
select
    table_name, column_name, as_of, row_count::double as row_count, null_count / row_count as null_share,
    distinct_count::double as distinct_count, case when measured_in = 'share' then average end as true_share,
    case when measured_in = 'characters' then average end as average_length, quantile_05, median, quantile_95,
    coalesce(quantile_95 - quantile_05, average) as extent
from {PROFILES}
where as_of <= $as_of and as_of in (
    select distinct as_of from {PROFILES} where as_of <= $as_of order by as_of desc limit {_NIGHTS + 1}
)
"""


def find_table_anomalies(connection: duckdb.DuckDBPyConnection, night: WatchedNight) -> Iterator[Anomaly]:
    """Compare tonight's profiles with earlier ones. Where a table has other numbers of rows, distinct values follow."""
    profiles = connection.execute(_PROFILES, {"as_of": night.as_of}).df()
    tables = profiles.drop_duplicates(["table_name", "as_of"]).assign(column_name=None)
    odd = set()
    for anomaly in Grid.lay_out(tables, night.as_of).compare(_ROWS, "row_count", _ERROR_RATES["table"]):
        odd.add(anomaly.table_name)
        yield anomaly
    grid = Grid.lay_out(profiles, night.as_of)
    for figure in _COLUMNS:
        extents = "extent" if figure.sort == "level" else None
        for anomaly in grid.compare(figure, figure.name, _ERROR_RATES["column"], extents):
            if figure.kind != "column_distinct" or anomaly.table_name not in odd:
                yield anomaly
