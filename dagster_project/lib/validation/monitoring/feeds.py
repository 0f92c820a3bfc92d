"""Anomalies of feeds: those that stay away, bring more or fewer rows than they do, or have more of them rejected."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np

from dagster_project.lib.validation.monitoring.comparing import Figure, Grid
from dagster_project.lib.validation.monitoring.kinds import Anomaly
from dagster_project.lib.validation.monitoring.nights import ARRIVALS, WatchedNight
from models_ml.monitoring.expected_ranges import longest_gap

_ERROR_RATE = 1e-4
_ARRIVALS = f"""
select
    feed as table_name, null::varchar as column_name, as_of, row_count::double as row_count,
    rejected_count / row_count as share
from {ARRIVALS} where as_of <= ? order by feed, as_of
"""


def find_feed_anomalies(connection: duckdb.DuckDBPyConnection, night: WatchedNight) -> Iterator[Anomaly]:
    """Look at every feed that ever brought something. Volume is judged in the night of an arrival alone."""
    frame = connection.execute(_ARRIVALS, [night.as_of]).df()
    grid = Grid.lay_out(frame, night.as_of)
    yield from grid.compare(Figure("feed_volume", "row_count", "count"), "row_count", _ERROR_RATE)
    yield from grid.compare(Figure("feed_rejections", "rejected_share", "share"), "share", _ERROR_RATE)
    for feed, arrivals in frame.groupby("table_name", sort=True):
        days = (arrivals["as_of"].diff().dt.total_seconds().dropna() / 86400).to_numpy()
        longest = longest_gap(days)
        waited = (night.as_of - arrivals["as_of"].max()).total_seconds() / 86400
        if waited > longest and not np.isnan(longest):
            yield Anomaly(
                "feed_freshness",
                str(feed),
                None,
                "days_since_arrival",
                round(waited, 1),
                None,
                round(longest, 1),
            )
