"""Checksums name a table's content."""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.checksums import describe_table


def test_checksums_name_content_whatever_the_order_of_rows():
    connection = duckdb.connect()
    connection.execute("create table a as select range as n, 'x' as t, 1 as run_id from range(100)")
    connection.execute(
        "create table b as select range as n, 'x' as t, 2 as run_id from range(99, -1, -1) r(range)"
    )
    connection.execute("create table c as select range as n, 'y' as t, 1 as run_id from range(100)")
    a, b, c = (describe_table(connection, table) for table in "abc")
    assert a["rows"] == b["rows"] == 100
    assert a["checksum"] == b["checksum"] != c["checksum"]
    assert a["checksum_with_provenance"] != b["checksum_with_provenance"], "they were made by different runs"
