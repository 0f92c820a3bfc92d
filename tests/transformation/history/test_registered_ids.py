"""Which nights look back: those that see less than one whose records are registered."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb
import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.transformation.history import registered_ids

NIGHT = datetime(2026, 1, 2, 2)
HOUR = timedelta(hours=1)


@pytest.fixture
def looks_back(tmp_path):
    """Whether a night for an instant looks back, begun then where nothing else is said, after that of the second."""
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        connection.execute(registered_ids.TABLES)

        def ask(as_of: datetime, started_at: datetime | None = None) -> bool:
            warehouse.begin_night(connection, "run", as_of, started_at or as_of)
            return registered_ids.is_look_back(connection)

        assert not ask(NIGHT), "nothing is registered yet"
        _register(connection)
        yield ask


def _register(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        create schema if not exists intermediate;
        create table intermediate.int_records_registered as
            select 'r' as record_key, 1 as record_number, null::varchar as heir_key, 'c_r' as customer_id,
                true as has_named_customer, true as is_there
    """)
    registered_ids.advance(connection, 1, looks_back=False)


def test_only_an_earlier_instant_is_a_look_back(looks_back):
    assert looks_back(NIGHT - HOUR)
    assert not looks_back(NIGHT), "the night is run again"
    assert not looks_back(NIGHT + HOUR)


def test_a_night_for_a_time_to_come_has_seen_what_there_was_when_it_began(looks_back):
    assert not looks_back(NIGHT + 1000 * HOUR, started_at=NIGHT + HOUR)
    assert looks_back(NIGHT + 1000 * HOUR, started_at=NIGHT - HOUR)
