"""Every file of a table is found under its table's name, and nothing else is."""

from __future__ import annotations

import pytest

from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.feeds import raw_table
from expectations import registry


def test_every_canonical_raw_table_has_a_suite() -> None:
    assert registry.tables("raw") == sorted(map(raw_table, canonical_contracts()))


def test_publication_covers_recommendations_and_segments() -> None:
    assert {"activation.customer_recommendations", "activation.segment_memberships"} <= set(
        registry.tables("activation")
    )


@pytest.mark.parametrize("table", [table for layer in registry.LAYERS for table in registry.tables(layer)])
def test_a_suite_has_the_name_of_its_table_and_describes_each_expectation(table: str) -> None:
    suite = registry.load_suite(table)
    assert suite.name == table
    assert suite.expectations
    assert all(expectation.description for expectation in suite.expectations)


@pytest.mark.parametrize("table", ["raw.unknown", "os.path", "raw", "marts.../x"])
def test_a_table_without_a_suite_is_refused(table: str) -> None:
    with pytest.raises(KeyError):
        registry.load_suite(table)


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="layer"):
        registry.tables("staging")
