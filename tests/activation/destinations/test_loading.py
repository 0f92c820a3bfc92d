"""SQL that loads delivered files elsewhere is SQL there, and has every column."""

from __future__ import annotations

import pytest
from sqlfluff.core import Linter

from dagster_project.lib.activation.destinations.files import FilesDestination
from dagster_project.lib.activation.destinations.loading import DIALECTS, load_statements
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination
from dagster_project.lib.common.errors import KindredError

TABLES = {
    "activation.things": (
        "select 'a' as id, 1 as value, 1.5::double as amount, true as flag, timestamp '2026-01-01' as moment,"
        " '{}'::json as record",
        ("id",),
    ),
    "marts.others": ("select 1::bigint as id", ("id",)),
}


@pytest.mark.parametrize("warehouse", sorted(DIALECTS))
@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_statements_are_sql_of_that_warehouse(new_snapshot, warehouse, kind):
    destination = FilesDestination(
        name="lake", folder="s3://bucket/kindred", format=kind, tables=list(TABLES), by_date=kind == "parquet"
    )
    statements = load_statements(new_snapshot(TABLES).current, destination, warehouse)
    assert len(statements.splitlines()) == 6
    parsed = Linter(dialect=warehouse).parse_string(statements)
    assert not parsed.violations, parsed.violations
    assert "unparsable" not in set(parsed.tree.type_set())
    separator = "/as_of_date=2026-07-01/" if kind == "parquet" else "."
    assert f"s3://bucket/kindred/things{separator}" in statements


def test_a_destination_without_files_of_tables_is_told(new_snapshot):
    destination = RedisDestination(name="site", kind="redis", url="redis://")
    with pytest.raises(KindredError, match="site is of kind redis, which has no files of tables"):
        load_statements(new_snapshot(TABLES).current, destination, "snowflake")
