"""What a shop asks for in recommendations.yml and recommendation_exclusions.csv, as it stands in published lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization.reranking.exclusions import Exclusion, load_recommendation_exclusions
from dagster_project.lib.personalization.reranking.reranking import Wishes, load_wishes
from dagster_project.lib.personalization.settings.recommendations import (
    RecommendationSettings,
    load_recommendation_settings,
)


@pytest.fixture
def shop(marts):
    """The shop of two tastes; p00 .. p29 are tea, the others coffee; the last ten are discounted and new."""
    marts.add_shop()
    marts.connection.execute("""
        update marts.dim_products set
            category = case when product_id < 'p30' then 'Tea' else 'Coffee' end,
            subcategory = case when product_id < 'p05' then 'Green' end,
            brand = case when product_id = 'p40' then 'Hollin' end,
            tags = case when product_id = 'p41' then 'Dark ; fair-trade' end,
            price = 2, list_price = case when product_id >= 'p50' then 3 else 2 end,
            available_from_date = case when product_id >= 'p50' then date '2024-06-20' else date '2024-01-01' end
    """)
    return marts


@pytest.fixture
def wish(tmp_path: Path) -> Callable[..., Wishes]:
    """The wishes of two files with this text."""

    def write(settings: str = "", exclusions: str = "") -> Wishes:
        (tmp_path / "recommendations.yml").write_text(settings)
        (tmp_path / "recommendation_exclusions.csv").write_text(
            "customer,product_id,category,reason,until\n" + exclusions
        )
        return load_wishes(tmp_path)

    return write


def _customers(shop) -> list[str]:
    return [
        row[0] for row in shop.rows("select distinct customer_id from activation.customer_recommendations")
    ]


def test_empty_files_leave_every_row_as_it_is_without_them(shop, run, wish):
    run(shop)
    without = shop.everything()
    result = run(shop, wishes=wish())
    assert shop.everything() == without
    assert not [note for note in result.notes if "recommendation" in note]
    assert shop.rows("select distinct propensity from activation.customer_recommendations") == [(1.0,)]


def test_more_candidates_change_nothing_where_no_rule_needs_them(shop, run, wish):
    """A cap that binds nowhere goes through every stage and must leave the order and the scores alone."""
    run(shop)
    without = shop.everything()
    run(shop, wishes=wish("category_caps: [{at_most: 50}]"))
    assert shop.everything() == without


def test_a_pin_stands_at_its_rank_in_the_lists_it_names_and_says_so(shop, run, wish):
    run(shop, wishes=wish("pins: [{rank: 3, products: [p59], lists: [for_you]}]"))
    for customer in _customers(shop):
        assert shop.listed("for_you", customer)[2] == "p59"
    pinned = "select distinct list_name, rank, product_id from activation.customer_recommendations where reason = ?"
    assert shop.connection.execute(pinned, ["pinned by the shop"]).fetchall() == [("for_you", 3, "p59")]


def test_a_category_is_pinned_by_the_customers_best_of_it(shop, run, wish):
    run(shop)
    best = {
        customer: next(p for p in shop.listed("for_you", customer) if p >= "p30")
        for customer in _customers(shop)
    }
    run(shop, wishes=wish("pins: [{rank: 1, categories: [Coffee]}]"))
    assert {customer: shop.listed("for_you", customer)[0] for customer in best} == best


def test_boosts_by_brand_and_tag_raise_and_bury(shop, run, wish):
    run(shop, wishes=wish("boosts: [{factor: 1000, brands: [Hollin]}, {factor: 0.001, tags: [dark]}]"))
    # p40 is ahead where its score is above zero at all, and p41 is nowhere before it
    ahead = [shop.listed("for_you", customer)[0] == "p40" for customer in _customers(shop)]
    assert sum(ahead) > 20


def test_category_caps_hold_in_the_first_ranks(shop, run, wish):
    run(
        shop,
        wishes=wish("category_caps: [{at_most: 3, first: 6}, {at_most: 1, first: 10, categories: [Green]}]"),
    )
    counts = """
        select customer_id, list_name, count(*) filter (category = 'Tea' and rank <= 6),
            count(*) filter (category = 'Coffee' and rank <= 6), count(*) filter (subcategory = 'Green' and rank <= 10)
        from activation.customer_recommendations join marts.dim_products using (product_id) group by all
    """
    for _, _, tea, coffee, green in shop.rows(counts):
        assert (tea, coffee) == (3, 3)
        assert green <= 1


def test_the_share_of_promotions_holds_at_every_rank(shop, run, wish):
    run(shop, wishes=wish("promotions: {minimum_share: 0.2, maximum_share: 0.3}"))
    promoted = """
        select rank, count(*) filter (price < list_price) over (partition by customer_id, list_name order by rank)
        from activation.customer_recommendations join marts.dim_products using (product_id) qualify rank <= 20
    """
    for rank, count in shop.rows(promoted):
        assert rank * 2 // 10 <= count <= -(-rank * 3 // 10)
    words = """
        select bool_and(product_id >= 'p50') from activation.customer_recommendations where reason like 'promoted%'
    """
    assert shop.rows(words) == [(True,)]


def test_diversity_mixes_what_taste_would_not(shop, run, wish):
    def switches() -> int:
        query = """
            select count(*) from (
                select category <> lag(category) over (partition by customer_id order by rank) as is_switch
                from activation.customer_recommendations join marts.dim_products using (product_id)
                where list_name = 'for_you' and rank <= 10
            ) where is_switch
        """
        return shop.rows(query)[0][0]

    run(shop)
    plain = switches()
    run(shop, wishes=wish("diversity: {relevance: 0.5}"))
    by_category = switches()
    run(shop, wishes=wish("diversity: {relevance: 0.5, over: taste}"))
    assert plain < by_category
    assert plain < switches()


def test_exploration_logs_the_odds_and_draws_anew_each_night(shop, run, wish):
    wishes = wish("exploration: {share: 0.2, pool: new_arrivals}\nlengths: {for_you: 10}")
    explored = """
        select customer_id, rank, product_id, propensity from activation.customer_recommendations
        where list_name = 'for_you' and propensity < 1 order by all
    """
    run(shop, wishes=wishes)
    first = shop.rows(explored)
    assert first
    assert {rank for _, rank, _, _ in first} == {5, 10}
    assert all(product >= "p50" for _, _, product, _ in first)
    said = "select distinct reason from activation.customer_recommendations where propensity < 1"
    assert shop.rows(said) == [("to find out whether it pleases",)]
    run(shop, wishes=wishes)
    assert shop.rows(explored) == first
    shop.connection.execute("update operations.current_night set as_of = as_of + interval 1 day")
    run(shop, wishes=wishes)
    assert {row[:3] for row in shop.rows(explored)} != {row[:3] for row in first}


def test_lists_are_as_long_as_asked_for(shop, run, wish):
    run(shop, wishes=wish("lengths: {discover: 7}"))
    longest = "select list_name, max(rank) from activation.customer_recommendations group by all order by 1"
    assert shop.rows(longest) == [("discover", 7), ("for_you", 50)]


def test_what_is_excluded_or_out_of_stock_is_in_no_list(shop, run, wish):
    shop.connection.execute("update marts.dim_products set stock_quantity = 0 where product_id = 'p07'")
    shop.connection.execute("update marts.dim_products set stock_quantity = 1 where product_id = 'p08'")
    run(shop, wishes=wish("exclude: {categories: [Green]}\npins: [{rank: 1, products: [p00, p07]}]"))
    listed = {
        product for (product,) in shop.rows("select product_id from activation.customer_recommendations")
    }
    assert not listed & {"p00", "p01", "p02", "p03", "p04", "p07"}
    assert {"p08", "p09"} <= listed


@pytest.mark.parametrize(
    ("settings", "repeated"),
    [
        ("never_again: {categories: [Tea]}", {"Coffee"}),
        ("repeatable: {categories: [Tea]}", {"Tea"}),
        ("repeatable: {categories: [Tea]}\nnever_again: {categories: [Tea]}", set()),
        ("", {"Tea", "Coffee"}),
    ],
)
def test_for_you_repeats_what_may_be_repeated(shop, run, wish, settings, repeated):
    run(shop, wishes=wish(settings))
    bought = """
        select distinct category from activation.customer_recommendations
        semi join marts.fct_order_lines using (customer_id, product_id)
        join marts.dim_products using (product_id)
    """
    assert {category for (category,) in shop.rows(bought)} == repeated


def test_what_a_customer_shall_not_get_is_in_none_of_the_own_lists(shop, run, wish):
    """Named by today's id, by an id of old, and by a record; until its day has passed."""
    shop.connection.execute("insert into marts.customer_id_aliases values ('old', 'c02')")
    record = "insert into marts.customer_identities values ('crm', 'customers', 'customer', '4|7', 'c04')"
    shop.connection.execute(record)
    shop.add_customers("cold")
    rows = """c00,p01,,allergic,
old,,Green,,2024-06-30
crm/customers|customer|4|7,,Tea,,
c06,p01,,,2024-06-29
cold,,Coffee,,
"""
    run(shop, wishes=wish(exclusions=rows))
    lists = {
        customer: set(shop.listed("for_you", customer)) | set(shop.listed("discover", customer))
        for customer in ("c00", "c02", "c04", "c06", "cold")
    }
    assert "p01" not in lists["c00"]
    assert not lists["c02"] & {f"p0{number}" for number in range(5)}
    assert lists["c04"] == {f"p{number}" for number in range(30, 60)}
    assert "p01" in lists["c06"]
    assert lists["cold"] == {f"p{number:02d}" for number in range(30)}


def test_names_that_mean_nothing_are_told_and_hinder_nobody(shop, run, wish):
    settings = """
pins: [{rank: 1, products: [nowhere]}]
boosts: [{factor: 2, brands: [Hollin, Holin]}]
"""
    result = run(shop, wishes=wish(settings, "nobody@example.com,p01,,,\nc00,p99,,,\n"))
    notes = [note for note in result.notes if "recommendation" in note]
    assert notes == [
        "recommendation_exclusions.csv: 1 rows name nobody whom a source knows: line 2",
        "recommendations.yml: boosts.0: no product has 'Holin' among its brands",
        "recommendations.yml: pins.0: no product has 'nowhere' among its products",
        "recommendation_exclusions.csv: no product has 'p99' among its products",
    ]
    assert "nobody@example.com" not in "".join(result.notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pins: [{rank: 0, products: [a]}]", "line 1: pins.0.rank"),
        ("lengths: {for_you: 50}\npins:\n  - {rank: 1}", "line 3: pins.0: Value error, name some products"),
        ("promotions: {minimum_share: 0.5, maximum_share: 0.2}", "minimum_share is above maximum_share"),
        ("lengths: {content: 3}", "line 1: lengths"),
        ("lengths: {discover: 51}", "lengths are 1 to 50"),
        ("boosts: [{factor: 0, brands: [a]}]", "line 1: boosts.0.factor"),
        ("exploring: {share: 0.1}", "line 1: exploring.*use one of: boosts"),
    ],
)
def test_a_mistake_in_the_settings_is_answered_with_its_line(tmp_path, text, message):
    (tmp_path / "recommendations.yml").write_text(text)
    with pytest.raises(KindredError, match=message):
        load_recommendation_settings(tmp_path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",p1,,,", "line 2, column customer: nobody is named"),
        ("c1,,,,", "line 2: nothing is excluded"),
        ("c1,p1,Tea,,", "line 2: a product and a category"),
        ("c1,p1,,,tomorrow", "line 2, column until: no ISO date"),
    ],
)
def test_a_mistake_in_the_exclusions_is_answered_with_its_line(wish, row, message):
    with pytest.raises(KindredError, match=message):
        wish(exclusions=row + "\n")


def test_no_files_mean_the_defaults(tmp_path):
    assert load_wishes(tmp_path) == Wishes(RecommendationSettings(), [])


def test_exclusions_are_read_as_they_stand(tmp_path):
    (tmp_path / "recommendation_exclusions.csv").write_text(
        "customer,category,until\n c1 , Tea ,2026-01-31\n,,\n"
    )
    assert load_recommendation_exclusions(tmp_path) == [Exclusion(2, "c1", None, "Tea", date(2026, 1, 31))]


def test_the_example_of_the_documentation_holds_every_key():
    page = Path(__file__).resolve().parents[3] / "docs" / "recommendations.md"
    example = page.read_text().split("```yaml\n", 1)[1].split("```", 1)[0]
    content = yaml.safe_load(example)
    assert set(content) == set(RecommendationSettings.model_fields)
    RecommendationSettings.model_validate(content)
