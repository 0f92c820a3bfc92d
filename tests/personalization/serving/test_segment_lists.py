"""Lists of segments: what members take to, and what visitors without history are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.segment_lists import write_segment_lists


@pytest.fixture
def write(marts):
    return lambda run_id="run-1": write_segment_lists(
        marts.connection, Run(run_id, marts.as_of, Path("unused"))
    )


def ranked(marts, segment: str) -> list[str]:
    query = "select product_id from activation.segment_recommendations where segment = ? order by rank"
    return [row[0] for row in marts.connection.execute(query, [segment]).fetchall()]


def strategies(marts) -> dict[str, str]:
    return dict(marts.rows("select distinct segment, strategy from activation.segment_recommendations"))


def test_segments_have_lists_of_their_own_and_small_ones_everybodys(marts, write):
    marts.add_shop()
    marts.add_segment("even", *(f"c{number:02d}" for number in range(0, 30, 2)))
    marts.add_segment("few", "c00", "c02")
    marts.add_segment("hidden", "c01", is_published=False)
    result = write()
    assert strategies(marts) == {
        "even": "segment_popularity",
        "few": "popularity",
        "anonymous": "newcomer_popularity",
    }
    assert (result.segments, result.small) == (3, 1)
    assert sum(product < "p30" for product in ranked(marts, "even")[:20]) > 15
    assert 5 < sum(product < "p30" for product in ranked(marts, "few")[:20]) < 15


def test_ranks_run_from_one_and_scores_never_rise(marts, write):
    marts.add_shop()
    marts.add_segment("even", *(f"c{number:02d}" for number in range(0, 30, 2)))
    assert write().rows == 100
    broken = """
        select 1 from activation.segment_recommendations
        qualify score > lag(score) over (partition by segment order by rank)
            or row_number() over (partition by segment order by rank) <> rank
    """
    assert marts.rows(broken) == []


def test_anonymous_visitors_are_shown_what_newcomers_take_to_and_what_has_just_arrived(marts, write):
    visitors = [f"v{number:02d}" for number in range(40)]
    marts.add_customers("ann", "bob")
    marts.add_customers(*visitors, is_known=False)
    marts.add_products("staple", "lure", "seen", "dull")
    marts.add_products("fresh", available_from_date=marts.as_of.date())
    marts.add_products("lately", available_from_date=marts.as_of.replace(day=15).date())
    for customer in ("ann", "bob"):
        marts.add_purchases((customer, "lure", 90), *((customer, "staple", day) for day in (1, 5, 9, 13)))
    marts.add_events(
        *((visitor, "view_item", product, 1) for visitor in visitors for product in ("seen", "lately"))
    )
    write()
    shown = ranked(marts, "anonymous")
    assert shown.index("seen") < shown.index("staple")
    assert shown.index("lately") < shown.index("seen")
    assert shown.index("fresh") < shown.index("dull")


def test_a_segment_of_the_reserved_name_keeps_the_key(marts, write):
    marts.add_shop()
    marts.add_segment("anonymous", *(f"c{number:02d}" for number in range(20)))
    write()
    assert strategies(marts) == {"anonymous": "newcomer_popularity"}


def test_who_denied_personalization_counts_in_no_list(marts, make_marts, write):
    marts.add_shop()
    marts.add_segment("even", *(f"c{number:02d}" for number in range(0, 30, 2)))
    write()
    before = marts.rows("select * from activation.segment_recommendations order by all")
    marts.add_customers("no")
    marts.add_purchases(*(("no", "p59", day) for day in range(1, 20)))
    marts.connection.execute("insert into activation.segment_memberships values ('no', 'even')")
    marts.decide("no", "denied")
    write()
    assert marts.rows("select * from activation.segment_recommendations order by all") == before


def test_inactive_products_are_in_no_list(marts, write):
    marts.add_shop()
    marts.connection.execute("update marts.dim_products set is_active = false where product_id < 'p50'")
    write()
    assert marts.rows("select min(product_id), count(*) from activation.segment_recommendations") == [
        ("p50", 10)
    ]


def test_without_interactions_the_table_is_empty(marts, write):
    marts.add_products("a")
    assert write().notes == ["no interactions with products: no lists of segments"]
    assert marts.rows("select count(*) from activation.segment_recommendations") == [(0,)]
