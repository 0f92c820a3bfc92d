"""Suites let plausible and empty tables through, and name the column and severity of what is broken."""

from __future__ import annotations

import pytest

from expectations.registry import LAYERS, load_suite, tables

NAN = "'nan'::double"
# What is done to a plausible table, and every (expectation, column, severity) that has to fail then, no other.
ROWS, BETWEEN, MAXIMUM = (
    "expect_table_row_count_to_be_between",
    "expect_column_values_to_be_between",
    "expect_column_max_to_be_between",
)
FILLED, IN_SET = "expect_column_values_to_not_be_null", "expect_column_values_to_be_in_set"
UNIQUE, GROUPS = "expect_compound_columns_to_be_unique", "unexpected_rows_expectation"
RECOMMENDATIONS, MEMBERSHIPS = "activation.customer_recommendations", "activation.segment_memberships"
BESIDE_PRODUCTS, OF_SEGMENTS = "activation.product_recommendations", "activation.segment_recommendations"


def both(column: str) -> set[tuple[str, str, str]]:
    """A share so large that it blocks: the warning fails with it."""
    return {(BETWEEN, column, "error"), (BETWEEN, column, "warn")}


BROKEN = [
    # Volume and freshness
    ("raw.pos_sales", "delete from {table} where order_id > 'o49'", {(ROWS, None, "warn")}),
    ("raw.pos_sales", "update {table} set ordered_at = '2025-06-01'", {(MAXIMUM, "ordered_at", "warn")}),
    # Times: one stray row is reported, a file full of them blocks
    (
        "raw.crm_customers",
        "update {table} set created_at = '1970-01-01' where customer_id = 'c1'",
        {(BETWEEN, "created_at", "warn")},
    ),
    (
        "raw.pos_orders",
        "update {table} set ordered_at = '2025-06-16 04:00' where order_id = 'o1'",
        {(BETWEEN, "ordered_at", "warn")},
    ),
    ("raw.pos_orders", "update {table} set ordered_at = '2055-01-01'", both("ordered_at")),
    ("raw.context_observations", "update {table} set observed_date = '2200-01-01'", both("observed_date")),
    # Numbers
    (
        "raw.pos_sales",
        "update {table} set quantity = 1e7 where order_id = 'o1'",
        {(BETWEEN, "quantity", "warn")},
    ),
    ("raw.pos_sales", f"update {{table}} set quantity = {NAN}", both("quantity")),
    ("raw.pos_sales", "update {table} set unit_price = -unit_price", {(BETWEEN, "unit_price", "warn")}),
    ("raw.pos_order_lines", "update {table} set unit_price = 'inf'::double", both("unit_price")),
    ("raw.context_exchange_rates", "update {table} set rate_to_base = 0", both("rate_to_base")),
    ("raw.products_catalog", "update {table} set price = -1", both("price")),
    ("marts.customer_features", "update {table} set recency_score = 6", both("recency_score")),
    ("marts.customer_interests", "update {table} set interest = interest + 2", both("interest")),
    ("marts.customer_features", "update {table} set engagement_score = 100.1", both("engagement_score")),
    ("marts.customer_features", "update {table} set bounce_rate = 1.5", both("bounce_rate")),
    (
        "marts.fct_orders",
        f"update {{table}} set total_amount_in_base_currency = {NAN} where order_id = 'o1'",
        {(BETWEEN, "total_amount_in_base_currency", "error")},
    ),
    # Missing values and words
    ("raw.crm_customers", "update {table} set email = null", {(FILLED, "email", "warn")}),
    (
        "marts.fct_email_events",
        "update {table} set event_name = 'Otevřeno!'",
        {(IN_SET, "event_name", "warn")},
    ),
    (
        "raw.clickstream_events",
        "update {table} set event_name = 'Clicked!'",
        {(IN_SET, "event_name", "warn")},
    ),
    (
        "raw.privacy_requests",
        "update {table} set kind = 'forget' where request_id = 'r1'",
        {(IN_SET, "kind", "warn")},
    ),
    (
        "marts.dim_customers",
        "update {table} set customer_id = null where customer_id = 'c1'",
        {(FILLED, "customer_id", "error")},
    ),
    ("marts.customer_lifecycle", "update {table} set state = null", {(FILLED, "state", "error")}),
    ("marts.customer_profiles", "update {table} set profile = null", {(FILLED, "profile", "error")}),
    # Publication
    (RECOMMENDATIONS, "delete from {table}", {(ROWS, None, "error"), (ROWS, None, "warn")}),
    (
        RECOMMENDATIONS,
        "update {table} set product_id = 'p1' where product_id = 'p2'",
        {(UNIQUE, "customer_id, list_name, product_id", "error")},
    ),
    (
        RECOMMENDATIONS,
        "update {table} set rank = 1 where rank = 2",
        {(UNIQUE, "customer_id, list_name, rank", "error")},
    ),
    (RECOMMENDATIONS, "update {table} set rank = rank - 1", {(GROUPS, "rank", "error")}),
    (RECOMMENDATIONS, "delete from {table} where rank = 3", {(GROUPS, "rank", "error")}),
    (
        RECOMMENDATIONS,
        "update {table} set score = 'inf'::double where rank = 1",
        {(BETWEEN, "score", "error")},
    ),
    (RECOMMENDATIONS, "update {table} set score = null where rank = 1", {(FILLED, "score", "error")}),
    (RECOMMENDATIONS, "update {table} set list_name = 'foryou'", {(IN_SET, "list_name", "warn")}),
    (RECOMMENDATIONS, "update {table} set run_id = null", {(FILLED, "run_id", "error")}),
    (BESIDE_PRODUCTS, "delete from {table} where rank = 3", {(GROUPS, "rank", "error")}),
    (
        BESIDE_PRODUCTS,
        "update {table} set recommended_product_id = product_id where rank = 1",
        {(GROUPS, "recommended_product_id", "error")},
    ),
    (OF_SEGMENTS, "delete from {table} where rank = 3", {(GROUPS, "rank", "error")}),
    (OF_SEGMENTS, "update {table} set score = 'inf'", {(BETWEEN, "score", "error")}),
    (RECOMMENDATIONS, "update {table} set run_id = 'run_0'", {(IN_SET, "run_id", "warn")}),
    (MEMBERSHIPS, "update {table} set segment = 's0'", {(UNIQUE, "customer_id, segment", "error")}),
    (MEMBERSHIPS, "update {table} set is_primary = true", {(GROUPS, "is_primary", "error")}),
    (
        "marts.customer_identities",
        "insert into {table} select 'c1', 'guest_order', 'g' || i, 1 from range(10001) as t(i)",
        {(GROUPS, "customer_id", "warn")},
    ),
    (
        "experiments.assignments",
        "update {table} set experiment_id = 'e0'",
        {(UNIQUE, "experiment_id, unit_id", "error"), (GROUPS, "variant_id", "error")},
    ),
    (
        "experiments.assignments",
        "update {table} set propensity = 0 where unit_id = 'c3'",
        {(GROUPS, "propensity", "error")},
    ),
    (
        "experiments.weights",
        "update {table} set weight = 0.6 where variant_id = 'v1'",
        {(GROUPS, "weight", "error")},
    ),
    (
        "experiments.weights",
        "update {table} set is_present = true",
        {(GROUPS, "is_present", "error")},
    ),
    (
        "experiments.exposures",
        "update {table} set variant_id = 'v0' where unit_id = 'v3'",
        {(GROUPS, "variant_id", "error")},
    ),
    (
        "experiments.exposures",
        "update {table} set counted_as = unit_id where unit_id = 'v3'",
        {(GROUPS, "variant_id", "error")},
    ),
    (
        "experiments.exposures",
        "update {table} set is_excluded = true where unit_id = 'v3'",
        {(GROUPS, "excluded_because", "error")},
    ),
    (
        "experiments.results",
        "update {table} set metric = 'm0'",
        {(UNIQUE, "experiment_id, metric, variant_id, segment, test", "error")},
    ),
    ("experiments.results", "update {table} set p_value = 1.5", {(GROUPS, "p_value", "error")}),
    (
        "experiments.results",
        "update {table} set ci_low = 1",
        {
            (GROUPS, "p_value", "error"),
            (GROUPS, "absolute_effect", "error"),
        },
    ),
    ("experiments.results", "update {table} set decision = 'maybe'", {(GROUPS, "test", "error")}),
    ("experiments.results", "update {table} set effect_of = 'both'", {(GROUPS, "test", "error")}),
    ("experiments.results", "update {table} set effect_of = 'interaction', mean = -0.2", set()),
    (
        "experiments.results",
        "update {table} set effect_of = 'level', mean = -0.2",
        {(GROUPS, "p_value", "error")},
    ),
    (
        "experiments.results",
        "update {table} set absolute_effect = 'nan' where test = 'bayesian'",
        {
            (BETWEEN, "absolute_effect", "error"),
        },
    ),
    # A column that is not there, or is of another type, is a failure of every expectation about it
    (
        "raw.products_reviews",
        "alter table {table} drop column rating",
        both("rating"),
    ),
]


def failures(outcomes: list) -> set[tuple[str, str | None, str]]:
    """What failed, as (expectation, column, severity)."""
    return {(o.expectation, o.column_name, o.severity) for o in outcomes if not o.is_success}


def test_a_plausible_table_passes_every_expectation(judge, table: str) -> None:
    assert failures(judge(table)) == set()


def test_an_empty_table_passes_and_is_judged_by_its_volume_alone(judge, table: str) -> None:
    outcomes = judge(table, rows=0)
    assert failures(outcomes) == set()
    assert {outcome.expectation for outcome in outcomes} == {ROWS}


def test_every_suite_has_plausible_rows_here(plausible_tables: set[str]) -> None:
    assert plausible_tables == {table for layer in LAYERS for table in tables(layer)}


@pytest.mark.parametrize(
    ("broken", "change", "expected"), BROKEN, ids=[f"{broken} {change[:50]}" for broken, change, _ in BROKEN]
)
def test_a_broken_table_fails_at_the_column_and_severity_that_broke(judge, broken, change, expected) -> None:
    failed = failures(judge(broken, change))
    assert expected <= failed
    # A list that shares ranks also has gaps, flipped prices also leave their range: nothing else may fail.
    assert {column for _, column, _ in failed - expected} <= {"rank", "unit_price"}


def test_every_kind_of_expectation_has_a_case_that_fails_it() -> None:
    used = {
        (expectation.expectation_type, "error" if expectation.severity.value == "critical" else "warn")
        for layer in LAYERS
        for table in tables(layer)
        for expectation in load_suite(table).expectations
    }
    tried = {(expectation, severity) for _, _, failed in BROKEN for expectation, _, severity in failed}
    assert used <= tried


def test_returns_corrections_and_anonymous_customers_are_no_failure(judge) -> None:
    """Online Retail: negative quantities, prices of -11,062.06 and 0, a quarter of the lines without customer."""
    outcomes = judge("raw.pos_sales", "update {table} set unit_price = 0 where order_id = 'o2'")
    assert failures(outcomes) == set()
