"""Visitors matched by what they do, by the truth of the sample: as it is, and with every visitor split in two.

Devices and hours of the sample's people are drawn at random, so that only city and taste tell them apart; a cookie
that is lost half of the time leaves the device alike as well.
"""

from __future__ import annotations

import duckdb
import pytest

MODELS = [
    "int_visitors_described",
    "int_visitor_products_viewed",
    "int_visitor_pairs_compared",
    "int_visitor_weights_estimated",
    "int_visitor_pairs_matched",
]
TABLES = """
    create schema staging;
    create schema intermediate;
    create table staging.stg_operations__identity_settings as select {asked} as match_visitors_by_behaviour;
    create table intermediate.int_events_deduplicated as
        select 'clickstream/events' as feed,
            visitor_id || '~' || (hash(session_id) % {parts}) as visitor_id_clickstream,
            user_id as user_id_clickstream, try_cast(occurred_at as timestamp) as occurred_at, product_id,
            device_type, browser, operating_system, country, city
        from read_json('{landing}/clickstream/events/*', map_inference_threshold = -1);
"""
MATCHES = """
    with truth as (
        select 'clickstream/events|visitor|' || source_record_id || '~' || part as record_key, person_id
        from '{truth}/records.parquet', range({parts}) as parts (part)
        where source = 'clickstream' and record_kind = 'visitor'
    )
    select count(*), count(*) filter (one.person_id = other.person_id)
    from intermediate.int_visitor_pairs_matched as pairs
    join truth as one on one.record_key = pairs.left_record
    join truth as other on other.record_key = pairs.right_record
"""


@pytest.fixture
def matched(project, sample_landing, sample_truth):
    """Visitors described, pairs matched and those that are right, given into how many a visitor is split."""

    def run(asked: bool, parts: int) -> tuple[int, int, int]:
        project.release()
        project.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(project.warehouse)) as connection:
            connection.execute(TABLES.format(landing=sample_landing, parts=parts, asked=asked))
        assert project.invoke("run", "--select", *MODELS) == []
        project.release()
        with duckdb.connect(str(project.warehouse), read_only=True) as connection:
            described = connection.execute(
                "select count(*) from intermediate.int_visitors_described"
            ).fetchall()[0]
            return *described, *connection.execute(
                MATCHES.format(truth=sample_truth, parts=parts)
            ).fetchall()[0]

    return run


def test_nobody_is_matched_unless_it_is_asked_for(matched):
    assert matched(False, 2) == (0, 0, 0)


def test_city_and_taste_alone_are_not_enough_to_match_anybody(matched):
    described, found, _ = matched(True, 1)
    assert described > 1000
    assert found == 0


def test_halves_of_one_visitor_are_matched_and_few_others(matched):
    _, found, right = matched(True, 2)
    assert found >= 5
    assert right / found > 0.8
