"""A cart moves its customer once, when it has been left alone for two hours."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.transformation.micro_batch.due import count_due


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A published night with a cart of 10:00 and a customer who never filled one."""
    with duckdb.connect(str(tmp_path / "kindred.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("""
            create table marts.customer_features as
            select * from (values ('c1', timestamp '2026-06-01 10:00:00'), ('c2', null))
                as features (customer_id, last_cart_added_at)
        """)
    return tmp_path


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        ((10, 5, 0), (11, 59, 59), 0),
        ((10, 5, 0), (12, 0, 0), 1),
        ((11, 59, 59), (14, 0, 0), 1),
        ((12, 0, 0), (14, 0, 0), 0),
    ],
)
def test_a_customer_is_due_in_the_one_look_that_the_two_hours_end_in(snapshot, since, until, due):
    day = (2026, 6, 1)
    assert count_due(snapshot, datetime(*day, *since), datetime(*day, *until)) == due
