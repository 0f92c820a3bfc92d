"""The warehouse means the same on every machine, and what fails half-way leaves nothing of itself in it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dagster_project.lib.common import warehouse

ASK = """
import sys
from pathlib import Path
from dagster_project.lib.common import warehouse

database = Path(sys.argv[1])
noon = "select (timestamptz '2026-07-01 12:00:00+00')::timestamp::varchar"
with warehouse.connect(database) as connection:
    with warehouse.connect_again(connection) as another:
        print(connection.execute(noon).fetchone()[0], another.execute(noon).fetchone()[0], sep="\\n")
with warehouse.reading(database) as connection:
    print(connection.execute(noon).fetchone()[0])
"""


def test_times_are_utc_whatever_the_clock_of_the_machine_shows(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path / "kindred.duckdb")],
        env={**os.environ, "TZ": "America/New_York"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout.splitlines() == ["2026-07-01 12:00:00"] * 3


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_of_what_fails_half_way_nothing_stays_and_what_follows_is_kept(tmp_path, error):
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        connection.execute("create table counts (n integer)")
        with pytest.raises(error), warehouse.transaction(connection):
            connection.execute("insert into counts values (1)")
            raise error
        with warehouse.transaction(connection):
            connection.execute("insert into counts values (2)")
        assert connection.execute("from counts").fetchall() == [(2,)]
