"""The data dictionary is of today's YAML, and the YAML names every column of the published tables as it is."""

from __future__ import annotations

import duckdb

from dagster_project.lib.publication.copies import SCHEMAS
from dagster_project.lib.transformation.dbt_project.described import describe_columns, describe_table
from dagster_project.lib.transformation.dbt_project.project import published_tables
from tests.docs.scripts import load_script

SCRIPT = load_script("write_data_dictionary")


def _columns(database) -> dict[str, dict[str, str]]:
    """`schema.table` -> column -> type, in lower case."""
    tables: dict[str, dict[str, str]] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for table, name, data_type in connection.execute(
            "select schema_name || '.' || table_name, column_name, lower(data_type) from duckdb_columns()"
            " where not internal"
        ).fetchall():
            tables.setdefault(table, {})[name] = data_type
    return tables


def test_the_pages_are_written_from_todays_yaml():
    pages = SCRIPT.describe_pages()
    there = {path.name: path.read_text() for path in SCRIPT.FOLDER.glob("*.md")}
    assert there == pages, "run `make dictionary`"


def test_every_table_and_column_is_described():
    for table in published_tables(SCHEMAS):
        assert describe_table(table).startswith("One row"), table
        columns = describe_columns(table)
        assert columns, table
        assert [column.name for column in columns if not (column.data_type and column.description)] == []


def test_tables_columns_and_types_are_those_that_a_night_publishes(sample_night):
    published = _columns(sample_night.snapshot / "kindred.duckdb")
    for table, columns in published.items():
        assert {column.name: column.data_type for column in describe_columns(table)} == columns, table
    # made on demand, the first time that somebody tunes the recommender
    assert published_tables(SCHEMAS).keys() - published.keys() <= {"quality.tuning_trials"}


def test_what_is_said_to_be_for_analysts_is_in_their_copy(sample_night):
    analysts = _columns(sample_night.snapshot / "analyst.duckdb")
    for table in _columns(sample_night.snapshot / "kindred.duckdb"):
        said = {name for name, is_seen in SCRIPT.is_for_analysts(table).items() if is_seen}
        assert said == set(analysts.get(table, ())), table
