"""A database that is written anew holds what it held, and nothing of what was deleted."""

from __future__ import annotations

import subprocess

import duckdb
import pytest

from dagster_project.lib.common.compaction import compact


def test_deleted_rows_are_in_no_byte_of_it_and_all_else_stays(tmp_path):
    path = tmp_path / "kindred.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set force_compression = 'uncompressed'")
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.people as select 'deletedperson' || i as name from range(50000) t(i)"
        )
        connection.execute("checkpoint")
        connection.execute("delete from marts.people where name <> 'deletedperson7'")
        connection.execute("update marts.people set name = 'somebody'")
        connection.execute('create view marts.names as select name from "kindred"."marts"."people"')
    path.chmod(0o640)
    assert b"deletedperson" in path.read_bytes()
    compact(path)
    assert b"deletedperson" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["kindred.duckdb"]
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("from marts.names").fetchall() == [("somebody",)]


def test_one_that_cannot_be_written_anew_stays_as_it_is(tmp_path):
    path = tmp_path / "kindred.duckdb"
    path.write_text("no database")
    with pytest.raises(subprocess.CalledProcessError):
        compact(path)
    assert path.read_text() == "no database"
