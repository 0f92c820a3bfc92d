"""Whatever breaks while snapshots are sent, the destination ends as the last one says, and hardly a row goes twice."""

from __future__ import annotations

from contextlib import closing, contextmanager

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unreliable import FATES, KilledError, Line, PostgresPlace, RedisPlace, UnreliableTarget

from dagster_project.lib.activation.delivery.engine import Policy, deliver
from dagster_project.lib.activation.delivery.holdings import Holdings
from dagster_project.lib.activation.delivery.state import make_tables

POLICY = Policy(attempts=2, seconds=0, most_removed=1)
KEYS = ["a", "b", "c", "d", "e", "bad"]
SNAPSHOT = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 2), max_size=len(KEYS))
DELIVERY = st.tuples(SNAPSHOT, st.lists(st.sampled_from(FATES), max_size=6), st.booleans())
SEQUENCE = st.lists(DELIVERY, min_size=1, max_size=3)
PLACES = {"postgres": PostgresPlace, "redis": RedisPlace}
SETTINGS = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=sorted(PLACES))
def place(request):
    """A destination; a test empties it before each example."""
    with closing(PLACES[request.param](request.getfixturevalue(f"{request.param}_url"), "place")) as place:
        yield place


@pytest.fixture(scope="module")
def database():
    """Where a state is attached for each example: to start and end a database takes as long as several deliveries."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        yield connection


@contextmanager
def new_state(database):
    """A state that survives what is killed, as one on the disk does, and takes a tenth of the time."""
    database.execute("attach ':memory:' as deliveries")
    try:
        make_tables(database)
        yield database
    finally:
        database.execute("detach deliveries")


def _deliver(connection, place, rows, line, batch_rows=2):
    with place.connect() as target:
        collection = place.collection(rows)
        holdings = Holdings(connection, "place", collection.name)
        return deliver(
            holdings, collection, UnreliableTarget(target, line, batch_rows), POLICY, allow_removals=True
        )


@SETTINGS
@given(sequence=SEQUENCE, last=SNAPSHOT)
def test_whatever_breaks_the_destination_ends_in_the_desired_state(place, database, sequence, last):
    place.reset()
    with new_state(database) as state:
        for rows, fates, is_refused in sequence:
            (place.refuse if is_refused else place.mend)()
            try:
                delivery = _deliver(state, place, rows, Line(list(fates)))
            except KilledError:
                continue
            if delivery.status in ("delivered", "unchanged"):
                assert place.read() == rows
            if delivery.status == "partly":
                assert is_refused
                assert {key for key in rows if key not in place.read()} <= {place.refused}
        place.mend()
        assert _deliver(state, place, last, Line()).is_well
        assert place.read() == last
        line = Line()
        assert _deliver(state, place, last, line).status == "unchanged"
        assert line.rows == 0
        if isinstance(place, RedisPlace):
            assert place.leftovers() - {"version"} == {*last}


@settings(SETTINGS, max_examples=50)
@given(snapshots=st.lists(SNAPSHOT, min_size=1, max_size=6))
def test_where_nothing_breaks_no_row_goes_that_did_not_change(place, database, snapshots):
    place.reset()
    with new_state(database) as state:
        before = {}
        for rows in snapshots:
            line = Line()
            delivery = _deliver(state, place, rows, line)
            smallest = {key for key in {*rows, *before} if rows.get(key) != before.get(key)}
            assert line.rows == len(smallest) == delivery.added + delivery.changed + delivery.removed
            before = rows
