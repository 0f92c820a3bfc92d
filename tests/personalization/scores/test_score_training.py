"""Whom scores are learnt from, and what becomes of a champion where nothing can be learnt any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from propensity_shop import AS_OF, Shop

from dagster_project.lib.personalization.records import versions
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.scores import propensity_data
from dagster_project.lib.personalization.scores.scores import score_customers

COMPUTED_AT = datetime(2024, 7, 1)


def test_guests_get_scores_and_are_not_learnt_from():
    """A guest order is a customer that by its nature never comes back."""
    shop = Shop()
    for customer, is_known in (("known", True), ("guest", False)):
        shop.add_customer(customer, 100, is_known=is_known)
        shop.add_orders(customer, 90)
    propensity_data.create_scored(shop.connection)
    learnt_from = propensity_data.read_training(shop.connection, AS_OF - timedelta(days=30), [30], 10)
    scored = propensity_data.read_current(shop.connection, AS_OF)
    assert learnt_from["customer_id"].tolist() == ["known"]
    assert scored["customer_id"].tolist() == ["guest", "known"]


def test_where_everybody_gets_the_base_rate_there_is_no_champion(tmp_path):
    shop = Shop()
    shop.add_customer("a", 200)
    shop.add_orders("a", 150, 10)
    of_before = {"as_of": (AS_OF - timedelta(days=1)).isoformat()}
    for task in ("purchase_30_days", "churn", "value_12_months"):
        version = versions.Version(task, "v1", Run("run-1", COMPUTED_AT, tmp_path), "hash", of_before)
        versions.write_version(shop.connection, version, "champion")
    result = score_customers(shop.connection, Run("run-2", COMPUTED_AT, tmp_path))
    assert set(result.versions.values()) == {"base_rate"}
    assert shop.rows("select distinct model_version, status from quality.model_versions") == [
        ("v1", "retired")
    ]
