"""Who gets which list, and what never stands in one."""

from __future__ import annotations


def test_every_customer_gets_ranks_from_one_on_without_repeats(trained):
    (result,) = trained.nights
    assert result.rows.keys() == {"for_you", "discover"}
    broken = """
        select customer_id, list_name from activation.customer_recommendations group by all
        having min(rank) <> 1 or max(rank) <> count(*) or count(distinct product_id) <> count(*)
    """
    assert trained.rows(broken) == []
    assert trained.rows("select count(distinct customer_id) from activation.customer_recommendations") == [
        (30,)
    ]


def test_scores_never_rise_with_the_rank(trained):
    rising = """
        select 1 from activation.customer_recommendations
        qualify score > lag(score) over (partition by customer_id, list_name order by rank)
    """
    assert trained.rows(rising) == []


def test_discover_holds_nothing_ever_bought_and_for_you_says_what_was(trained):
    bought = """
        select list_name, reason, count(*) from activation.customer_recommendations
        semi join marts.fct_order_lines using (customer_id, product_id) group by all
    """
    assert {(name, reason) for name, reason, _ in trained.rows(bought)} == {("for_you", "bought before")}


def test_the_ranker_makes_the_lists_of_a_shop_that_taught_it_something(trained):
    strategies = trained.rows(
        "select list_name, strategy from activation.customer_recommendations group by all"
    )
    assert {strategy for _, strategy in strategies} <= {"hybrid", "blend"}
    assert ("for_you", "hybrid") in strategies


def test_reasons_name_a_product_of_the_customers_own_history(trained):
    foreign = """
        select count(*), count(*) filter (where not exists (
            select 1 from marts.fct_order_lines as l join marts.dim_products as p using (product_id)
            where l.customer_id = r.customer_id and r.reason = 'because you bought ' || p.name
        ))
        from activation.customer_recommendations as r where r.reason like 'because%'
    """
    named, not_their_own = trained.rows(foreign)[0]
    assert named > 0
    assert not_their_own == 0


def test_a_cause_without_a_name_is_told_by_its_number(marts, run):
    marts.add_shop()
    marts.connection.execute("update marts.dim_products set name = null")
    run(marts)
    assert marts.rows("""
        select count(*) from activation.customer_recommendations
        where reason like 'because%' and not regexp_matches(reason, '^because you bought p[0-9]{2}$')
    """) == [(0,)]


def test_inactive_products_are_never_recommended(marts, run):
    marts.add_shop()
    marts.connection.execute("update marts.dim_products set is_active = false where product_id < 'p20'")
    run(marts)
    assert marts.rows("select min(product_id) from activation.customer_recommendations") == [("p20",)]


def test_without_active_products_the_table_is_empty(marts, run):
    marts.add_shop()
    marts.connection.execute("update marts.dim_products set is_active = false")
    assert run(marts).rows == {}


def test_fewer_products_than_a_list_is_long_give_a_shorter_list(marts, run):
    marts.add_customers("ann", "bob")
    marts.add_products("a", "b", "c")
    marts.add_purchases(("ann", "a", 3), ("bob", "b", 4))
    run(marts)
    assert sorted(marts.listed("for_you", "ann")) == ["a", "b", "c"]
    assert sorted(marts.listed("discover", "ann")) == ["b", "c"]


def test_one_customer_is_enough(marts, run):
    marts.add_customers("ann")
    marts.add_products("a", "b")
    marts.add_purchases(("ann", "a", 3))
    assert run(marts).customers_with_history == 1
    assert marts.listed("for_you", "ann") == ["a", "b"]


def test_customers_without_a_history_get_what_is_popular(marts, run):
    marts.add_customers("ann", "bob", "cold")
    marts.add_products("a", "b")
    marts.add_purchases(("ann", "b", 3), ("bob", "b", 4), ("bob", "a", 4))
    run(marts)
    cold = (
        "select distinct strategy, reason from activation.customer_recommendations where customer_id = 'cold'"
    )
    assert marts.rows(cold) == [("popularity", "popular now")]
    assert marts.listed("for_you", "cold") == marts.listed("discover", "cold") == ["b", "a"]


def test_customers_without_a_history_get_what_is_popular_where_they_live(marts, run):
    """In the north of DE ten buy b, elsewhere more buy a; that nine buy b in the north of FR is too few to go by."""
    places = {"de": ("DE", "Nord", 10, "b"), "fr": ("FR", "Nord", 9, "b"), "south": ("DE", "Sued", 30, "a")}
    marts.add_products("a", "b")
    for name, (country, region, count, product) in places.items():
        buyers = [f"{name}{number}" for number in range(count)]
        marts.add_customers(f"cold_{name}", *buyers, country=country, region=region)
        marts.add_purchases(*((buyer, product, 3) for buyer in buyers))
    marts.add_customers("cold_nowhere")
    run(marts)
    cold = """
        select customer_id, product_id, reason from activation.customer_recommendations
        where customer_id like 'cold%' and list_name = 'discover' and rank = 1 order by all
    """
    assert marts.rows(cold) == [
        ("cold_de", "b", "popular in your region"),
        ("cold_fr", "a", "popular now"),
        ("cold_nowhere", "a", "popular now"),
        ("cold_south", "a", "popular in your region"),
    ]


def test_visitors_get_lists_once_they_touched_a_product_and_guests_do_not(marts, run):
    marts.add_customers("ann")
    marts.add_customers("visitor", "buyer", "guest", "bouncer", is_known=False)
    marts.add_products("a", "b")
    marts.add_purchases(("ann", "b", 3), ("guest", "a", 1), ("buyer", "a", 1))
    marts.add_events(
        ("visitor", "view_item", "a", 1), ("bouncer", "page_view", None, 1), (None, "view_item", "a", 1),
        ("buyer", "purchase", None, 1),
    )  # fmt: skip
    run(marts)
    assert marts.rows("select distinct customer_id from activation.customer_recommendations order by 1") == [
        ("ann",),
        ("buyer",),
        ("visitor",),
    ]
    assert marts.listed("for_you", "visitor")[0] == "a"


def test_nobody_known_and_nothing_known_leave_empty_tables(marts, run):
    result = run(marts)
    assert (result.model_version, result.customers, result.rows, result.metrics) == (None, 0, {}, {})
    assert len(result.notes) == 2
    for table in (
        "activation.customer_recommendations",
        "quality.model_evaluations",
        "quality.model_versions",
    ):
        assert marts.rows(f"select count(*) from {table}") == [(0,)]


def test_who_denied_personalization_gets_no_rows_and_leaves_no_trace_in_the_model(marts, trained, run):
    marts.add_shop()
    marts.add_customers("no")
    marts.add_purchases(("no", "p00", 1), ("no", "p31", 40))
    marts.add_events(("no", "view_item", "p05", 1))
    marts.decide("no", "denied")
    marts.decide("c00", "granted")
    marts.decide("c01", "denied", purpose="marketing_email")
    run(marts)
    assert marts.everything() == trained.everything()
    assert marts.rows("select data_hash from quality.model_versions") == trained.rows(
        "select data_hash from quality.model_versions"
    )


def test_content_is_listed_apart_by_its_views(marts, run):
    marts.add_shop()
    marts.add_products("guide", "unread", item_type="guide")
    marts.add_products("old", item_type="article", is_active=False)
    marts.add_events(("c00", "view_item", "guide", 1), ("c01", "view_item", "old", 1))
    run(marts)
    assert marts.listed("content", "c02") == ["guide", "unread"]
    others = """
        select distinct list_name from activation.customer_recommendations
        join marts.dim_products using (product_id) where item_type <> 'product'
    """
    assert marts.rows(others) == [("content",)]
