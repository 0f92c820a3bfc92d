"""One warehouse a session, with a plausible table for every suite, and a way to judge one table.

Belongs here: plausible rows and the fixtures over them. Does not belong here: what breaks a table (test_*.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import duckdb
import pytest
import yaml

from dagster_project.lib.validation.dialect import lend
from expectations.registry import LAYERS
from expectations.validate import Outcome, TableInput, validate

CHECKED_AT = datetime(2025, 6, 15, 3)
PARAMETERS = {
    "latest_plausible_at": datetime(2025, 6, 16, 3),
    "stale_before": datetime(2025, 6, 8, 3),
    "fewest_rows": 50,
    "required_rows": 1,
    "run_ids": ["run_1"],
}
AT = "timestamp '2025-06-14 12:00' - interval (i) hour"
# Columns of 100 plausible rows a table, as SQL over i from 0 to 99.
PLAUSIBLE = yaml.safe_load(f"""
raw.crm_customers: "'c' || i as customer_id, 'Name' as last_name, 'n' || i || '@example.com' as email,
  {AT} as created_at, {AT} as updated_at"
raw.crm_preferences: "'c' || i as customer_id, 'language' as preference, 'en' as value, {AT} as updated_at"
raw.crm_interactions: "'c' || i as customer_id, {AT} as occurred_at, 'call' as kind"
raw.crm_surveys: "'c' || i as customer_id, {AT} as answered_at, 'q' as question, 'a' as answer"
raw.pos_orders: "'o' || i as order_id, {AT} as ordered_at, (i - 5)::double as total_amount"
raw.pos_order_lines: "'o' || i as order_id, 'p' || i as product_id, (i - 5)::double as quantity,
  1.5::double as unit_price, null::double as discount_amount"
raw.pos_sales: "'o' || i as order_id, {AT} as ordered_at, 'p' || i as product_id, (i - 5)::double as quantity,
  case when i = 7 then -11062.06 else 1.5 end::double as unit_price, null::double as discount_amount,
  case when i % 4 > 0 then 'lamp' end as product_name, case when i % 4 > 0 then 'c' || i end as customer_id"
raw.products_catalog: "'p' || i as product_id, 'lamp' as name, 'product' as item_type, 'home' as category,
  9.9::double as price, null::double as list_price, {AT} as updated_at"
raw.products_reviews: "'p' || i as product_id, {AT} as reviewed_at, (i % 6)::double as rating"
raw.clickstream_events: "{AT} as occurred_at, 'v' || i as visitor_id, 'page_view' as event_name,
  null::double as quantity, 2.5::double as price, 100 as engagement_ms, i as scroll_percent"
raw.email_events: "{AT} as occurred_at, 'open' as event_name, 'n@example.com' as email, 'k1' as campaign_id"
raw.enrichment_attributes: "'c' || i as customer_id, {AT} as observed_at, 'a' as attribute, 'v' as value"
raw.context_observations: "date '2025-06-20' - i::integer as observed_date, 'rain' as attribute, '1' as value"
raw.context_exchange_rates: "date '2025-06-20' - i::integer as rate_date, 'EUR' as currency,
  1.1::double as rate_to_base"
raw.consents_decisions: "'c' || i as customer_id, 'analytics' as purpose, 'granted' as status, {AT} as decided_at"
raw.privacy_requests: "'r' || i as request_id, 'erase' as kind, {AT} as requested_at"
raw.experiments_exposures: "'e' as experiment_id, 'a' as variant_id, 'v' || i as unit_id, {AT} as exposed_at"
marts.dim_customers: "'c' || i as customer_id, true as is_known"
marts.customer_identities: "'c' || i as customer_id, 'customer' as record_kind, 's' || i as source_record_id,
  case when i > 5 then 0.9::double end as match_probability"
marts.customer_features: "'c' || i as customer_id, {AT} as as_of, 1 + i % 5 as recency_score,
  1 + i % 5 as frequency_score, 1 + i % 5 as monetary_score, i as order_count, i::double as total_revenue,
  i::double as revenue_365_days, i as session_count, 5.0 * (1 + i % 5) as engagement_score, 0.5::double as bounce_rate,
  0.1::double as return_rate, 0.0::double as discounted_line_share"
marts.customer_interests: "'c' || i as customer_id, 'tea' as category, i / 99 as interest"
marts.customer_lifecycle: "'c' || i as customer_id, 'new' as state, {AT} as changed_at"
marts.customer_profiles: "'c' || i as customer_id, '{{}}'::json as profile"
marts.fct_email_events: "'open' as event_name"
marts.fct_orders: "'pos/orders' as feed, 'o' || i as order_id, 'c' || i as customer_id, {AT} as ordered_at,
  (i - 5)::double as total_amount_in_base_currency"
activation.customer_recommendations: "'c' || i // 10 as customer_id, 'for_you' as list_name, 1 + i % 10 as rank,
  'p' || i % 10 as product_id, 1.0::double / (1 + i) as score, 'als' as strategy, {AT} as computed_at,
  'run_1' as run_id, 1.0::double as propensity"
activation.segment_memberships: "'c' || i // 2 as customer_id, 's' || i % 2 as segment, i % 2 = 0 as is_primary,
  {AT} as computed_at, 'run_1' as run_id"
activation.product_recommendations: "'p' || i // 10 as product_id, 'similar' as strategy, 1 + i % 10 as rank,
  'q' || i % 10 as recommended_product_id, 1.0::double / (1 + i) as score, 'v1' as model_version,
  {AT} as computed_at, 'run_1' as run_id"
activation.segment_recommendations: "'s' || i // 10 as segment, 1 + i % 10 as rank, 'p' || i % 10 as product_id,
  1.0::double / (1 + i) as score, 'segment_popularity' as strategy, {AT} as computed_at, 'run_1' as run_id"
experiments.assignments: "'e' || i % 2 as experiment_id, 'customer' as unit, 'c' || i // 2 as unit_id,
  'c' || i // 2 as customer_id, 'v' || i % 3 as variant_id, {AT} as assigned_at, false as is_excluded,
  0.25::double as propensity, 1 as weight_epoch, {AT} as computed_at, 'run_1' as run_id"
experiments.weights: "'e' || i // 4 as experiment_id, 1 + i // 2 % 2 as weight_epoch, 'v' || i % 2 as variant_id,
  0.5::double as weight, 'declared' as reason, {AT} as decided_at, i // 2 % 2 = 1 as is_present, {AT} as computed_at,
  'run_1' as run_id"
experiments.exposures: "'e' as experiment_id, 'visitor' as unit, 'v' || i as unit_id,
  case when i < 40 then 'c' || i // 2 end as customer_id, 'v' || i // 2 % 2 as variant_id, {AT} as exposed_at,
  'exposures' as exposure_source, case when i < 40 then 'v' || (i - i % 2) else 'v' || i end as counted_as,
  false as is_excluded, null::varchar as excluded_because, {AT} as computed_at, 'run_1' as run_id"
experiments.results: "'e' as experiment_id, 'm' || i as metric, 'b' as variant_id, 'a' as control_variant_id,
  'all' as segment, ['z', 'chi_square', 'welch_t', 'sequential', 'bayesian'][1 + i % 5] as test, 'conversion' as kind,
  20 as units, 0.5::double as mean, 20 as control_units, 0.4::double as control_mean, 0.1::double as absolute_effect,
  0.2::double as standard_error, 0.3::double as p_value, null::double as p_value_adjusted, -0.3::double as ci_low,
  0.5::double as ci_high, 0.9::double as sample_ratio_p_value, 'continue' as decision, 0.7::double as chance_to_beat,
  null::double as chance_best, 'variant' as effect_of, {AT} as computed_at, 'run_1' as run_id"
""")
Judge = Callable[..., list[Outcome]]


@pytest.fixture(scope="session")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse with the schemas that suites speak of."""
    with duckdb.connect() as connection:
        for schema in LAYERS:
            connection.execute(f"create schema {schema}")
        yield connection


@pytest.fixture
def plausible_tables() -> set[str]:
    """The tables that have plausible rows."""
    return set(PLAUSIBLE)


@pytest.fixture(params=sorted(PLAUSIBLE))
def table(request: pytest.FixtureRequest) -> str:
    """Each table that has plausible rows, one after the other."""
    return request.param


@pytest.fixture
def judge(warehouse: duckdb.DuckDBPyConnection) -> Judge:
    """Fill a table with `rows` plausible rows, run SQL statements on it, and return the outcomes of its suite."""

    def run(table: str, *changes: str, rows: int = 100, **options: object) -> list[Outcome]:
        warehouse.execute(
            f"create or replace table {table} as select {PLAUSIBLE[table]} from range({rows}) as t(i)"
        )
        for change in changes:
            warehouse.execute(change.format(table=table))
        given = TableInput(
            table, rows == 0, PARAMETERS | ({"required_rows": 0, "fewest_rows": 0} if not rows else {})
        )
        with lend(warehouse, [table.split(".", maxsplit=1)[0]]) as urls:
            return validate(urls, [given], run_id="run_1", checked_at=CHECKED_AT, **options)

    return run
