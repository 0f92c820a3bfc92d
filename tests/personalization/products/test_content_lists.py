"""Reading lists of customers, from marts to the table."""

from __future__ import annotations

from dagster_project.lib.personalization.products import content_lists

LISTED = """
    select product_id, strategy, reason from activation.customer_recommendations
    where list_name = 'content' and customer_id = ? order by rank
"""


def listed(marts, customer: str) -> list[tuple[str, str, str]]:
    return marts.connection.execute(LISTED, [customer]).fetchall()


def add_library(marts) -> None:
    """Products, articles and a video about tea and about running; the article about running is the most read."""
    marts.add_products("pot", name="Blue teapot", category="Tea")
    marts.add_products("shoe", name="Trail running shoe", category="Running")
    marts.add_products("tea1", item_type="article", name="Teapot care", category="Tea")
    marts.add_products("tea2", item_type="video", name="Brewing in a teapot", category="Tea")
    marts.add_products("run1", item_type="guide", name="Choosing a running shoe", category="Running")
    marts.add_customers("tea", "runner", "nobody", "browser")
    marts.add_customers("crowd", is_known=False)
    marts.add_events(("crowd", "page_view", "run1", 1))


def test_what_somebody_cares_for_comes_first_and_the_reason_says_so(marts, run):
    add_library(marts)
    marts.add_purchases(("tea", "pot", 3))
    marts.add_interest("tea", "Tea", 0.4)
    marts.add_events(("runner", "view_item", "shoe", 2))
    run(marts)
    interest = "your interest in Tea"
    assert sorted(listed(marts, "tea")[:2]) == [("tea1", "content", interest), ("tea2", "content", interest)]
    assert listed(marts, "tea")[2] == ("run1", "content", "popular now")
    assert listed(marts, "runner")[0] == ("run1", "content", "close to your interests")


def test_categories_browsed_without_a_product_count_too(marts, run):
    add_library(marts)
    marts.add_interest("browser", "Tea", 0.4)
    run(marts)
    assert {product for product, *_ in listed(marts, "browser")[:2]} == {"tea1", "tea2"}


def test_who_touched_nothing_gets_what_is_popular(marts, run):
    add_library(marts)
    run(marts)
    assert listed(marts, "nobody") == [
        ("run1", "popularity", "popular now"),
        ("tea1", "popularity", "from the range"),
        ("tea2", "popularity", "from the range"),
    ]


def test_what_was_read_comes_last(marts, run):
    add_library(marts)
    marts.add_events(("tea", "page_view", "tea1", 1))
    run(marts)
    read = listed(marts, "tea")
    assert (read[0][0], read[-1]) == ("tea2", ("tea1", "content", "read before"))


def test_looking_for_information_says_more_than_the_way_to_a_purchase(marts, run):
    add_library(marts)
    marts.add_events(("tea", "view_item", "shoe", 1))
    marts.add_events(("tea", "view_item", "pot", 1), intent="informational")
    run(marts)
    assert [product for product, *_ in listed(marts, "tea")][-1] == "run1"


def test_lists_are_the_same_in_blocks_of_any_size_and_whatever_the_order_of_rows(marts, run, monkeypatch):
    add_library(marts)
    marts.add_events(("tea", "view_item", "pot", 1), ("runner", "view_item", "shoe", 2))
    run(marts)
    before = marts.everything()
    monkeypatch.setattr(content_lists, "_BLOCK_CUSTOMERS", 2)
    marts.connection.execute(
        "create or replace table marts.fct_events as from marts.fct_events order by 2, 1"
    )
    marts.connection.execute(
        "create or replace table marts.dim_products as from marts.dim_products order by name"
    )
    run(marts)
    assert marts.everything() == before


def test_inactive_items_are_not_listed_and_scores_never_rise(marts, run):
    add_library(marts)
    marts.add_products("old", item_type="article", name="Teapot history", category="Tea", is_active=False)
    marts.add_purchases(("tea", "pot", 3))
    run(marts)
    assert "old" not in [product for product, *_ in listed(marts, "tea")]
    rising = """
        select 1 from activation.customer_recommendations
        qualify score > lag(score) over (partition by customer_id, list_name order by rank)
    """
    assert marts.rows(rising) == []
