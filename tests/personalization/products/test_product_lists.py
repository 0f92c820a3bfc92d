"""Lists of products: what is similar and what is bought together, from marts to the table."""

from __future__ import annotations

import numpy as np
import pytest

from dagster_project.lib.personalization.products.product_lists import write_product_lists
from dagster_project.lib.personalization.products.product_vectors import (
    make_product_vectors,
    serve_product_vectors,
)
from dagster_project.lib.personalization.run import Run

RANKED = (
    "select product_id, recommended_product_id from activation.product_recommendations where strategy = ?"
)


@pytest.fixture
def write(tmp_path, marts):
    def call(of=None, run_id="run-1"):
        return write_product_lists((of or marts).connection, Run(run_id, marts.as_of, tmp_path / "models"))

    return call


def beside(marts, product: str, strategy: str) -> list[str]:
    query = f"{RANKED} and product_id = ? order by rank"
    return [row[1] for row in marts.connection.execute(query, [strategy, product]).fetchall()]


def add_kitchen(marts) -> None:
    """Two teapots, a kettle and a hat; three orders of teapot and kettle, and others."""
    marts.add_products("pot", name="Blue teapot", category="Tea")
    marts.add_products("pot2", name="Green teapot", category="Tea")
    marts.add_products("kettle", name="Steel kettle", category="Tea")
    marts.add_products("hat", name="Wool hat", category="Clothes")
    marts.add_products("scarf", name="Wool scarf", category="Clothes")
    marts.add_customers("ann", "bob", "eve")
    for customer in ("ann", "bob", "eve"):
        marts.add_purchases((customer, "pot", 3), (customer, "kettle", 3), (customer, "hat", 9))


def test_bought_together_is_what_three_orders_hold_and_says_how_it_came_to_be(marts, write):
    add_kitchen(marts)
    result = write()
    assert beside(marts, "pot", "bought_together") == ["kettle"]
    assert beside(marts, "kettle", "bought_together") == ["pot"]
    assert beside(marts, "hat", "bought_together") == []
    query = "select distinct model_version, computed_at, run_id from activation.product_recommendations"
    assert marts.rows(query) == [(result.model_version, marts.as_of, "run-1")]
    assert marts.rows("select model, model_version, status from quality.model_versions") == [
        ("content", result.model_version, "champion")
    ]


def test_a_new_product_is_similar_by_its_texts_and_shown_beside_others(marts, write):
    add_kitchen(marts)
    marts.add_products("new", name="Red teapot", category="Tea")
    write()
    assert set(beside(marts, "new", "similar")[:2]) == {"pot", "pot2"}
    assert "new" in beside(marts, "pot2", "similar")


def test_inactive_products_have_lists_and_are_in_none_and_reading_is_in_neither(marts, write):
    add_kitchen(marts)
    marts.add_products("gone", name="Old teapot", category="Tea", is_active=False)
    marts.add_products("article", name="Choosing a teapot", category="Tea", item_type="article")
    marts.add_events(*((customer, "view_item", "article", 2) for customer in ("ann", "bob", "eve")))
    write()
    assert beside(marts, "gone", "similar")
    shown = {recommended for _, recommended in marts.rows(f"{RANKED.replace('?', repr('similar'))}")}
    assert shown == {"pot", "pot2", "kettle", "hat", "scarf"}
    assert beside(marts, "article", "similar") == []


def test_no_product_is_beside_itself_and_ranks_have_no_gaps(marts, write):
    marts.add_shop()
    result = write()
    assert result.rows["similar"] > 0
    broken = """
        select 1 from activation.product_recommendations group by product_id, strategy
        having min(rank) <> 1 or max(rank) <> count(*) or bool_or(product_id = recommended_product_id)
            or count(*) > 20 or count(distinct recommended_product_id) <> count(*)
    """
    assert marts.rows(broken) == []


def test_who_denied_personalization_leaves_no_trace_in_orders_touches_and_reviews(
    marts, make_marts, write, tmp_path
):
    without = make_marts()
    for one in (marts, without):
        add_kitchen(one)
        one.add_reviews(
            (None, "scarf", "good for tea in the garden", 4), ("ann", "pot", "my garden favourite", 2)
        )
    marts.add_customers("no")
    marts.add_purchases(*(("no", product, day) for product in ("pot2", "hat") for day in (1, 2, 3, 4)))
    marts.add_events(("no", "view_item", "scarf", 1))
    marts.add_reviews(("no", "hat", "garden tea favourite", 1))
    marts.decide("no", "denied")
    assert write(marts).model_version == write(without).model_version
    everything = "select * from activation.product_recommendations order by all"
    assert marts.rows(everything) == without.rows(everything)


def test_reviews_make_products_alike_up_to_the_nights_instant(marts, tmp_path):
    marts.add_products("a", "b", "c", name=None)
    marts.add_reviews(
        (None, "a", "lovely glaze", 2), (None, "b", "lovely glaze", 2), (None, "c", "lovely glaze", -1)
    )
    vectors = make_product_vectors(marts.connection, tmp_path).vectors
    assert vectors @ vectors[0] == pytest.approx([1, 1, 0], abs=1e-5)


def test_the_same_marts_in_another_order_give_the_same_rows(marts, make_marts, write):
    marts.add_shop()
    marts.connection.execute("update marts.dim_products set name = 'thing ' || (product_id[2:]::integer % 7)")
    other = make_marts()
    for table in ("dim_products", "dim_customers", "fct_order_lines"):
        frame = marts.connection.execute(f"select * from marts.{table} order by hash({table})").df()
        other.connection.register("frame", frame)
        other.connection.execute(f"insert into marts.{table} select * from frame")
    write(marts)
    write(other)
    everything = "select * from activation.product_recommendations order by all"
    assert marts.rows(everything) == other.rows(everything) != []


def test_vectors_are_made_once_kept_and_served(marts, write, tmp_path):
    marts.add_shop()
    version = write().model_version
    files = sorted(path.name for path in (tmp_path / "models").iterdir())
    assert files == [f"content_{version}.json", f"content_{version}.npz"]
    served = serve_product_vectors(marts.connection, tmp_path / "models")
    assert served.model_version == version
    assert len(served.items) == 60
    marts.add_products("p99", name="another thing")
    marts.connection.execute("update marts.dim_products set name = 'thing' where product_id = 'p00'")
    later = write(run_id="run-2").model_version
    assert later != version
    assert len(list((tmp_path / "models").iterdir())) == 2
    (tmp_path / "models" / f"content_{later}.npz").write_bytes(b"broken")
    assert len(serve_product_vectors(marts.connection, tmp_path / "models").items) == 61


def test_vectors_by_a_method_of_ones_own_stand_beside_those_that_serve(marts, write, tmp_path):
    marts.add_shop()
    folder = tmp_path / "models"
    version = write().model_version
    chosen = make_product_vectors(marts.connection, folder)
    other = next(name for name in ("tfidf", "lsa") if name != chosen.method)
    made = make_product_vectors(marts.connection, folder, method=other)
    assert (made.method, made.model_version) == (other, f"{version}_{other}")
    again = make_product_vectors(marts.connection, folder, method=other)
    np.testing.assert_array_equal(again.vectors, made.vectors)
    assert make_product_vectors(marts.connection, folder, method=chosen.method).model_version == version
    assert serve_product_vectors(marts.connection, folder).method == chosen.method


def test_an_empty_catalogue_leaves_an_empty_table(marts, write):
    result = write()
    assert (result.products, result.rows) == (0, {"similar": 0, "bought_together": 0})
    assert marts.rows("select count(*) from activation.product_recommendations") == [(0,)]
