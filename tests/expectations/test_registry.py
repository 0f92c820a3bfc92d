"""Every file of a table is found under its table's name, and nothing else is."""

from __future__ import annotations

import pytest

from expectations import registry

CANONICAL = [
    "crm_customers",
    "crm_preferences",
    "crm_interactions",
    "crm_surveys",
    "pos_orders",
    "pos_order_lines",
    "pos_sales",
    "products_catalog",
    "products_reviews",
    "clickstream_events",
    "email_events",
    "enrichment_attributes",
    "context_observations",
    "context_exchange_rates",
    "consents_decisions",
    "privacy_requests",
    "experiments_exposures",
]


def test_every_canonical_raw_table_has_a_suite() -> None:
    assert registry.tables("raw") == sorted(f"raw.{name}" for name in CANONICAL)


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
