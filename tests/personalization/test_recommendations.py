"""A night's recommendations over marts of its own: who gets what, consent, history, determinism, edges."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from dagster_project.lib.personalization import lists, recommendations
from dagster_project.lib.personalization.recommendations import train_and_recommend
from models_ml.recommendations.parameters import RecommenderParameters

COMPUTED_AT = datetime(2024, 7, 1)
PARAMETERS = RecommenderParameters(factors=8, iterations=5)
EVERYTHING = "select * from activation.customer_recommendations order by all"


@pytest.fixture
def run(tmp_path):
    def train(marts, run_id="run-1"):
        return train_and_recommend(
            marts.connection,
            folder=tmp_path / "models",
            run_id=run_id,
            computed_at=COMPUTED_AT,
            parameters=PARAMETERS,
        )

    return train


def _products(marts, list_name, customer_id):
    query = """
        select product_id from activation.customer_recommendations
        where list_name = ? and customer_id = ? order by rank
    """
    return [row[0] for row in marts.connection.execute(query, [list_name, customer_id]).fetchall()]


def test_every_customer_gets_ranks_from_one_on_without_repeats(marts, run):
    marts.add_shop()
    result = run(marts)
    assert result.rows.keys() == {"for_you", "discover"}
    broken = """
        select customer_id, list_name from activation.customer_recommendations group by all
        having min(rank) <> 1 or max(rank) <> count(*) or count(distinct product_id) <> count(*)
    """
    assert marts.rows(broken) == []
    assert marts.rows("select count(distinct customer_id) from activation.customer_recommendations") == [
        (30,)
    ]


def test_scores_never_rise_with_the_rank(marts, run):
    marts.add_shop()
    run(marts)
    rising = """
        select 1 from activation.customer_recommendations
        qualify score > lag(score) over (partition by customer_id, list_name order by rank)
    """
    assert marts.rows(rising) == []


def test_discover_holds_nothing_ever_bought_and_for_you_says_what_was(marts, run):
    marts.add_shop()
    run(marts)
    bought = """
        select list_name, reason, count(*) from activation.customer_recommendations
        semi join marts.fct_order_lines using (customer_id, product_id) group by all
    """
    assert {(name, reason) for name, reason, _ in marts.rows(bought)} == {("for_you", "bought before")}


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
    assert sorted(_products(marts, "for_you", "ann")) == ["a", "b", "c"]
    assert sorted(_products(marts, "discover", "ann")) == ["b", "c"]


def test_one_customer_is_enough(marts, run):
    marts.add_customers("ann")
    marts.add_products("a", "b")
    marts.add_purchases(("ann", "a", 3))
    assert run(marts).customers_with_history == 1
    assert _products(marts, "for_you", "ann") == ["a", "b"]


def test_customers_without_a_history_get_what_is_popular(marts, run):
    marts.add_customers("ann", "bob", "cold")
    marts.add_products("a", "b")
    marts.add_purchases(("ann", "b", 3), ("bob", "b", 4), ("bob", "a", 4))
    run(marts)
    cold = (
        "select distinct strategy, reason from activation.customer_recommendations where customer_id = 'cold'"
    )
    assert marts.rows(cold) == [("popularity", "popular now")]
    assert _products(marts, "for_you", "cold") == _products(marts, "discover", "cold") == ["b", "a"]


def test_visitors_get_lists_once_they_touched_a_product_and_guests_do_not(marts, run):
    marts.add_customers("ann")
    marts.add_customers("visitor", "guest", "bouncer", is_known=False)
    marts.add_products("a", "b")
    marts.add_purchases(("ann", "b", 3), ("guest", "a", 1))
    marts.add_events(
        ("visitor", "view_item", "a", 1), ("bouncer", "page_view", None, 1), (None, "view_item", "a", 1)
    )
    run(marts)
    assert marts.rows("select distinct customer_id from activation.customer_recommendations order by 1") == [
        ("ann",),
        ("visitor",),
    ]
    assert _products(marts, "for_you", "visitor")[0] == "a"


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


def test_who_denied_personalization_gets_no_rows_and_leaves_no_trace_in_the_model(marts, make_marts, run):
    marts.add_shop()
    marts.add_customers("no")
    marts.add_purchases(("no", "p00", 1), ("no", "p31", 40))
    marts.add_events(("no", "view_item", "p05", 1))
    marts.decide("no", "denied")
    marts.decide("c00", "granted")
    marts.decide("c01", "denied", purpose="marketing_email")
    without = make_marts()
    without.add_shop()
    run(marts)
    run(without)
    assert marts.rows(EVERYTHING) == without.rows(EVERYTHING)
    assert marts.rows("select data_hash from quality.model_versions") == without.rows(
        "select data_hash from quality.model_versions"
    )


def test_content_is_listed_apart_by_its_views(marts, run):
    marts.add_shop()
    marts.add_products("guide", "unread", item_type="guide")
    marts.add_products("old", item_type="article", is_active=False)
    marts.add_events(("c00", "view_item", "guide", 1), ("c01", "view_item", "old", 1))
    run(marts)
    assert _products(marts, "content", "c02") == ["guide", "unread"]
    others = """
        select distinct list_name from activation.customer_recommendations
        join marts.dim_products using (product_id) where item_type <> 'product'
    """
    assert marts.rows(others) == [("content",)]


def test_what_happens_after_the_nights_moment_is_not_seen(marts, make_marts, run):
    marts.add_shop()
    later = make_marts()
    later.add_shop()
    later.add_purchases(("c00", "p01", -1))
    later.add_events(("c00", "view_item", "p02", -1))
    assert run(marts).model_version == run(later).model_version
    assert marts.rows(EVERYTHING) == later.rows(EVERYTHING)


def test_the_order_of_rows_in_the_marts_changes_nothing(marts, make_marts, run):
    marts.add_shop()
    shuffled = make_marts()
    shuffled.add_shop()
    shuffled.connection.execute(
        "create or replace table marts.fct_order_lines as from marts.fct_order_lines order by hash(ordered_at)"
    )
    run(marts)
    run(shuffled)
    assert marts.rows(EVERYTHING) == shuffled.rows(EVERYTHING)


def test_running_a_night_again_replaces_its_rows_by_the_same(marts, run):
    marts.add_shop()
    tables = [
        EVERYTHING,
        "from quality.model_evaluations order by all",
        "from quality.model_versions order by all",
    ]
    run(marts)
    before = [marts.rows(query) for query in tables]
    run(marts)
    assert [marts.rows(query) for query in tables] == before


def test_versions_and_evaluations_keep_their_history_and_old_artefacts_go(marts, run, tmp_path, monkeypatch):
    monkeypatch.setattr(recommendations, "KEPT_VERSIONS", 2)
    marts.add_shop()
    for night in range(4):
        marts.add_purchases(("c00", f"p{night:02d}", 0.1))
        last = run(marts, run_id=f"run-{night}").model_version
    statuses = marts.rows("select status, count(*) from quality.model_versions group by all order by all")
    assert statuses == [("champion", 1), ("retired", 3)]
    assert marts.rows("select model_version from quality.model_versions where status = 'champion'") == [
        (last,)
    ]
    assert marts.rows("select count(distinct run_id) from quality.model_evaluations") == [(4,)]
    files = sorted((tmp_path / "models").iterdir())
    assert len(files) == 2 * 2
    assert {f"{path.stat().st_mode & 0o777:o}" for path in files} == {"600"}


def test_both_tracks_are_measured_with_an_interval(marts, run):
    marts.add_shop()
    result = run(marts)
    rows = marts.rows("select model, metric, value, ci_low, ci_high, split from quality.model_evaluations")
    assert {model for model, *_ in rows} == {"blend", "als", "popularity", "personal_frequency"}
    assert {metric for _, metric, *_ in rows} >= {"ndcg@10", "recall@10", "ndcg@10_never_bought"}
    assert all(0 <= low <= value <= high <= 1 and split == "test" for _, _, value, low, high, split in rows)
    assert result.metrics["blend ndcg@10"] == next(row[2] for row in rows if row[:2] == ("blend", "ndcg@10"))


def test_a_history_too_short_to_measure_is_trained_all_the_same_and_said(marts, run):
    marts.add_customers("ann")
    marts.add_products("a")
    marts.add_purchases(("ann", "a", 3))
    result = run(marts)
    assert result.rows == {"for_you": 1}
    assert result.metrics == {} and "nothing measured" in result.notes[0]


def test_the_description_beside_the_artefact_holds_parameters_and_metrics(marts, run, tmp_path):
    marts.add_shop()
    result = run(marts)
    path = tmp_path / "models" / f"recommender_{result.model_version}.json"
    description = json.loads(path.read_text())
    assert description["metrics"] == result.metrics
    assert description["parameters"]["factors"] == PARAMETERS.factors


def test_a_kill_while_writing_leaves_the_old_lists(marts, run, monkeypatch):
    marts.add_shop()
    run(marts)
    before = marts.rows(EVERYTHING)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(lists.ListWriter, "write_content", stop)
    with pytest.raises(KeyboardInterrupt):
        run(marts, run_id="run-2")
    assert marts.rows(EVERYTHING) == before


def test_customers_are_written_alike_in_blocks_of_any_size(marts, run, monkeypatch):
    marts.add_shop()
    marts.add_customers("x", "y", "z")
    run(marts)
    whole = marts.rows(
        "select customer_id, list_name, rank, product_id from activation.customer_recommendations order by all"
    )
    monkeypatch.setattr(lists, "_BLOCK_CUSTOMERS", 2)
    run(marts)
    assert whole == marts.rows(
        "select customer_id, list_name, rank, product_id from activation.customer_recommendations order by all"
    )
