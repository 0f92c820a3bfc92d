"""Dagster shows of every table whose it is, what makes it and what it holds, also of those that no op makes."""

from __future__ import annotations

import dagster as dg
import pytest

from dagster_project.definitions import defs
from dagster_project.defs import stages
from dagster_project.defs.columns import column_metadata
from dagster_project.lib.publication.copies import SCHEMAS
from dagster_project.lib.transformation.dbt_project.described import describe_columns
from dagster_project.lib.transformation.dbt_project.personal_data import CLASSES
from dagster_project.lib.transformation.dbt_project.project import published_tables

GROUPS = {
    stages.INGESTION, stages.PRIVACY, stages.TRANSFORMATION,
    stages.PERSONALIZATION, stages.PUBLICATION, stages.ACTIVATION,
}  # fmt: skip
WRITTEN_BY_GATES = {"quality.validation_results"}
"""By checks, which are no assets."""


@pytest.fixture(scope="module")
def assets():
    return {node.key: node for node in defs().get_repository_def().asset_graph.asset_nodes}


def test_every_asset_has_a_stage_an_owner_a_kind_and_a_sentence(assets):
    bare = {
        key.to_user_string(): (node.group_name, node.owners, node.kinds, node.description)
        for key, node in assets.items()
        if node.group_name not in GROUPS or not (node.owners and node.kinds and node.description)
    }
    assert bare == {}


def test_every_published_table_shows_its_columns_with_types_meanings_and_classes(assets):
    keys = {table: dg.AssetKey(table.split(".")) for table in published_tables(SCHEMAS)}
    assert {table for table, key in keys.items() if key not in assets} == WRITTEN_BY_GATES
    for table in keys.keys() - WRITTEN_BY_GATES:
        shown = assets[keys[table]].metadata["dagster/column_schema"].columns
        assert [(column.name, column.type, column.description) for column in shown] == [
            (column.name, column.data_type, column.description) for column in describe_columns(table)
        ]
        assert {column.tags["personal_data"] for column in shown} <= set(CLASSES), table


def test_a_table_that_no_yaml_describes_shows_no_columns():
    assert column_metadata(dg.AssetKey(["marts", "no_such_table"])) == {}
