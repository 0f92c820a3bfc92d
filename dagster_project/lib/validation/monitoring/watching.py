"""One look at a night: profiles, arrivals, anomalies.

Belongs here: the order of it. When a night is looked at is for `defs`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from dagster_project.lib.validation.monitoring.acknowledgements import Acknowledgement
from dagster_project.lib.validation.monitoring.anomalies import Found, write_anomalies
from dagster_project.lib.validation.monitoring.arrivals import write_arrivals
from dagster_project.lib.validation.monitoring.nights import WatchedNight, create_tables, remember
from dagster_project.lib.validation.monitoring.profiles import ClassOf, Profiled, write_profiles


@dataclass(frozen=True)
class Watched:
    """What a look at a night came to."""

    profiled: Profiled
    found: Found


def watch_night(
    connection: duckdb.DuckDBPyConnection,
    night: WatchedNight,
    class_of: ClassOf,
    acknowledgements: Collection[Acknowledgement],
    nights_kept: int,
) -> Watched:
    """Write what tonight was like and what of it was odd; a night that is run again replaces what it wrote.

    class_of: the class of personal data of a column. nights_kept: older ones are forgotten.
    """
    create_tables(connection)
    profiled = write_profiles(connection, night, class_of)
    write_arrivals(connection, night)
    found = write_anomalies(connection, night, acknowledgements)
    remember(connection, night, nights_kept)
    return Watched(profiled, found)
