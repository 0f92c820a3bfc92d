"""A micro-batch moves the lists of its customers, and those alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.folding import FoldedLists, note, renew_lists
from dagster_project.lib.personalization.settings.recommendations import RecommendationSettings


@pytest.fixture
def renew(tmp_path: Path, computed_at) -> Callable[..., FoldedLists]:
    """Make the lists of some customers anew, in a run of its own."""

    def fold(marts, *customers: str, wishes: Wishes | None = None) -> FoldedLists:
        _name_outdated(marts, *customers)
        return renew_lists(marts.connection, Run("batch", computed_at, tmp_path / "models"), wishes)

    return fold


def _name_outdated(marts, *customers: str) -> None:
    """As a micro-batch does before it counts as done."""
    named = "insert into operations.customers_made_anew select unnest(?::varchar[])"
    marts.connection.execute(named, [list(customers)])


def _outdated(marts) -> list[tuple]:
    return marts.connection.execute("from operations.customers_made_anew order by all").fetchall()


def _rows_of_others(marts, *customers: str) -> list[tuple]:
    return [row for row in marts.everything() if row[0] not in customers]


def test_a_newcomer_gets_lists_of_the_taste_shown_and_nobody_elses_rows_change(trained, renew):
    before = trained.everything()
    trained.add_customers("new", is_known=False)
    trained.add_purchases(("new", "p31", 0.01), ("new", "p40", 0.01))
    trained.add_events(("new", "view_item", "p45", 0.01))
    done = renew(trained, "new")
    assert (done.customers, done.rows_removed, done.rows_added) == (1, 0, 100)
    assert done.model_version is not None
    assert _rows_of_others(trained, "new") == before
    assert all(product >= "p30" for product in trained.listed("for_you", "new")[:10])
    discovered = trained.listed("discover", "new")
    assert not {"p31", "p40"} & set(discovered)
    assert sum(product >= "p30" for product in discovered[:10]) >= 8


def test_a_purchase_moves_the_lists_of_who_made_it(trained, renew):
    others = _rows_of_others(trained, "c00")
    product = trained.listed("discover", "c00")[0]
    trained.add_purchases(("c00", product, 0.01))
    done = renew(trained, "c00")
    assert done.rows_added == done.rows_removed - 1, "60 products, so one less is left to discover"
    assert product not in trained.listed("discover", "c00")
    assert _rows_of_others(trained, "c00") == others


def test_nothing_new_gives_nearly_the_lists_of_the_night(trained, renew):
    """Fitted factors are a few steps away from the exact ones, so what stands close together may change places."""
    customers = [f"c{number:02d}" for number in range(30)]
    before = {customer: trained.listed("for_you", customer)[:10] for customer in customers}
    renew(trained, *customers)
    kept = [
        len(set(before[customer]) & set(trained.listed("for_you", customer)[:10])) for customer in customers
    ]
    assert min(kept) >= 7
    assert sum(kept) >= 0.95 * 10 * len(customers)


def test_the_night_after_knows_nothing_of_the_micro_batch(marts, make_marts, run, renew):
    """The same deliveries, with a micro-batch between the nights and without."""
    lists = []
    for shop, has_micro_batch in ((marts, True), (make_marts(), False)):
        shop.add_shop()
        run(shop)
        shop.add_customers("new")
        shop.add_purchases(("new", "p31", 0.01), ("c00", "p31", 0.01))
        if has_micro_batch:
            renew(shop, "new", "c00")
        run(shop)
        lists.append(shop.everything())
    assert lists[0] == lists[1]


def test_who_denied_personalization_meanwhile_has_no_lists_any_more(trained, renew):
    trained.decide("c03", "denied")
    done = renew(trained, "c03")
    assert (done.customers, done.rows_removed, done.rows_added) == (0, 100, 0)
    assert trained.listed("for_you", "c03") == []


def test_rules_hold_between_nights_too(trained, renew):
    wishes = Wishes(RecommendationSettings.model_validate({"pins": [{"rank": 1, "products": ["p59"]}]}))
    renew(trained, "c03", wishes=wishes)
    assert trained.listed("for_you", "c03")[0] == "p59"


def test_nobody_concerned_and_no_night_before_change_nothing(marts, run, renew):
    assert renew(marts, "c01") == FoldedLists(None, 0, 0, 0)
    marts.add_shop()
    run(marts)
    before = marts.everything()
    assert renew(marts) == FoldedLists(None, 0, 0, 0)
    assert marts.everything() == before


def test_content_is_as_popular_for_a_newcomer_as_for_everybody(marts, run, renew):
    marts.add_shop()
    marts.add_products("a guide", "b guide", item_type="guide")
    marts.add_events(("c00", "view_item", "b guide", 1))
    marts.add_customers("idle")
    run(marts)
    marts.add_customers("new")
    renew(marts, "new")
    content = (
        "select list(row(product_id, score, reason) order by rank) from activation.customer_recommendations"
    )
    (of_others,) = marts.rows(f"{content} where list_name = 'content' and customer_id = 'idle'")
    assert marts.rows(f"{content} where list_name = 'content' and customer_id = 'new'") == [of_others]
    assert marts.listed("content", "new") == ["b guide", "a guide"]


def test_without_a_model_a_newcomer_still_gets_content(marts, run, renew):
    marts.add_products("guide", item_type="guide")
    run(marts)
    marts.add_customers("new")
    done = renew(marts, "new")
    assert done == FoldedLists(None, 1, 0, 1)
    assert marts.listed("content", "new") == ["guide"]


def test_every_micro_batch_is_counted(marts):
    for run_id in ("one", "two"):
        note(marts.connection, run_id, FoldedLists("version", 2, 3, 4), 0.1234)
    assert marts.rows("select * exclude as_of from operations.micro_batch_recommendations") == [
        ("one", 2, 3, 4, 0.123),
        ("two", 2, 3, 4, 0.123),
    ]


def test_lists_that_a_killed_run_left_old_are_made_with_the_next_ones(trained, renew):
    _name_outdated(trained, "c00", "c01")
    assert renew(trained, "c01", "c02").customers == 3
    assert _outdated(trained) == []
    assert renew(trained).customers == 0


def test_a_night_leaves_no_list_that_is_old(marts, run):
    marts.add_shop()
    _name_outdated(marts, "c00")
    run(marts)
    assert _outdated(marts) == []


def test_whose_lists_cannot_be_made_are_remembered(trained, renew, tmp_path):
    for path in (tmp_path / "models").glob("recommender_*.npz"):
        path.write_bytes(b"nothing")
    assert renew(trained, "c00").notes
    assert _outdated(trained) == [("c00",)]
