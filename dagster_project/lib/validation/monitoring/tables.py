"""Anomalies of published tables: how many rows they have, and how their columns have moved.

Belongs here: which figures of `quality.column_profiles` are compared. What must hold on any night is said by
expectations, which block; what is only odd is told here.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd

from dagster_project.lib.validation.monitoring.comparing import Figures
from dagster_project.lib.validation.monitoring.kinds import Anomaly
from dagster_project.lib.validation.monitoring.nights import PROFILES, WatchedNight

_NIGHTS = 56
"""Eight of each weekday: after a change for good, ranges follow within a month."""
_ERROR_RATES = {"table": 1e-4, "column": 1e-5}
"""There are hundreds of columns with several figures each."""
_PROFILES = f"""
select
    table_name, column_name, as_of, row_count::double as row_count, null_count / row_count as null_share,
    distinct_count::double as distinct_count, measured_in, average, quantile_05, median, quantile_95,
    case when measured_in = 'characters' then average else quantile_95 - quantile_05 end as extent
from {PROFILES}
where as_of <= $as_of and as_of in (
    select distinct as_of from {PROFILES} where as_of <= $as_of order by as_of desc limit {_NIGHTS + 1}
)
"""


def find_table_anomalies(connection: duckdb.DuckDBPyConnection, night: WatchedNight) -> Iterator[Anomaly]:
    """Compare tonight's profiles with earlier ones. Where a table has other numbers of rows, distinct values follow."""
    profiles = connection.execute(_PROFILES, {"as_of": night.as_of}).df()
    odd = set()
    for anomaly in _volumes(profiles).compare(night.as_of, _ERROR_RATES["table"]):
        odd.add(anomaly.table_name)
        yield anomaly
    for figures in _columns(profiles):
        for anomaly in figures.compare(night.as_of, _ERROR_RATES["column"]):
            if anomaly.kind != "column_distinct" or anomaly.table_name not in odd:
                yield anomaly


def _volumes(profiles: pd.DataFrame) -> Figures:
    rows = profiles.groupby(["table_name", "as_of"], as_index=False)["row_count"].max()
    return Figures(
        "table_volume", "row_count", "count", rows.assign(column_name=None, value=rows["row_count"])
    )


def _columns(profiles: pd.DataFrame) -> Iterator[Figures]:
    is_share = profiles["measured_in"] == "share"
    yield Figures("column_nulls", "null_share", "share", profiles.assign(value=profiles["null_share"]))
    yield Figures(
        "column_distinct", "distinct_count", "count", profiles.assign(value=profiles["distinct_count"])
    )
    for name, part in (("true_share", profiles[is_share]), ("average_length", profiles[~is_share])):
        sort = "share" if name == "true_share" else "level"
        yield Figures("column_values", name, sort, part.assign(value=part["average"]))
    for name in ("quantile_05", "median", "quantile_95"):
        yield Figures("column_values", name, "level", profiles.assign(value=profiles[name]))
