"""Nights of scores: who gets them, what they may know, and which model may make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from propensity_shop import AS_OF, Shop

from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.scores import propensity_data, score_training
from dagster_project.lib.personalization.scores.scores import ScoresResult, score_customers

COMPUTED_AT = datetime(2024, 7, 1)
Score = Callable[..., ScoresResult]


@pytest.fixture
def score(tmp_path: Path) -> Score:
    def run(shop: Shop, folder: str = "models") -> ScoresResult:
        return score_customers(shop.connection, Run("run", COMPUTED_AT, tmp_path / folder))

    return run


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.add_regulars()
    return shop


def test_who_buys_every_ten_days_is_likely_to_again_and_who_stopped_is_not(shop, score):
    result = score(shop)
    assert "base_rate" not in result.versions.values()
    (regular,) = shop.rows("""
        select avg(purchase_probability_30_days), avg(churn_probability), avg(value_12_months)
        from models_ml.customer_scores where customer_id[2:]::integer % 2 = 0
    """)
    (gone,) = shop.rows("""
        select avg(purchase_probability_30_days), avg(churn_probability), avg(value_12_months)
        from models_ml.customer_scores
        where customer_id in (
            select customer_id from marts.fct_orders group by 1 having max(ordered_at) < timestamp '2024-03-01'
        )
    """)
    assert regular[0] > 0.9 and regular[1] < 0.1
    assert gone[0] < 0.1 and gone[1] > 0.9
    # a regular brings an order of 20 every ten days
    assert regular[2] == pytest.approx(36.5 * 20, rel=0.25)
    assert gone[2] < 0.25 * regular[2]


def test_what_happens_after_the_nights_moment_is_not_seen(shop, score):
    later = Shop()
    later.add_regulars()
    later.add_orders("c001", -1, -5)
    later.add_customer("new", -2)
    later.insert("fct_sessions", [["c001", later.at(-1)]])
    later.insert("fct_events", [["c001", later.at(-1), "view_item"]])
    later.insert("fct_email_events", [["c001", later.at(-1), "click"]])
    score(shop)
    score(later, "others")
    assert shop.scores() == [row for row in later.scores() if row[0] != "new"]


def test_features_at_a_cutoff_know_nothing_after_it():
    cutoff = AS_OF - timedelta(days=30)
    shop, later = Shop(), Shop()
    for each in (shop, later):
        each.add_customer("a", 100)
        each.add_orders("a", 90, 40)
        each.insert("fct_events", [["a", each.at(35), "view_item"]])
    later.add_orders("a", 29, 10)
    later.add_orders("a", 20, is_return=True)
    later.insert("fct_sessions", [["a", later.at(29.9)]])
    later.insert("fct_events", [["a", later.at(29.9), "view_item"], ["a", later.at(2), "add_to_cart"]])
    later.insert("fct_email_events", [["a", later.at(29.9), "click"]])
    frames = []
    for each in (shop, later):
        propensity_data.create_scored(each.connection)
        frame = propensity_data.read_training(each.connection, cutoff, [30], 10)
        frames.append(frame.drop(columns=["later_orders_30", "later_revenue_30"]))
    assert frames[0].equals(frames[1])
    # worked out by hand: orders 60 and 10 days before the cutoff, the view 5
    assert frames[0][["order_count", "orders_30", "orders_90", "product_views_7"]].values.tolist() == [
        [2, 1, 2, 1]
    ]
    assert frames[0]["last_order_days"][0] == 10 and frames[0]["first_order_days"][0] == 60


def test_outcomes_are_counted_in_their_window_and_returns_are_no_orders():
    shop = Shop()
    shop.add_customer("a", 100)
    shop.add_orders("a", 90, 30, 29, 0, -0.5)
    shop.add_orders("a", 10, amount=5, is_return=True)
    propensity_data.create_scored(shop.connection)
    frame = propensity_data.read_training(shop.connection, AS_OF - timedelta(days=30), [10, 30], 10)
    columns = ["later_orders_10", "later_revenue_10", "later_orders_30", "later_revenue_30"]
    assert frame[columns].values.tolist() == [[1, 20.0, 2, 35.0]]


def test_the_order_of_rows_in_the_marts_changes_nothing(shop, score):
    shuffled = Shop()
    shuffled.add_regulars()
    for table in ("fct_orders", "dim_customers"):
        shuffled.connection.execute(
            f"create or replace table marts.{table} as from marts.{table} order by hash(customer_id, 7)"
        )
    score(shop)
    score(shuffled, "others")
    assert shop.scores() == shuffled.scores()


def test_a_night_run_again_leaves_the_same_scores_versions_and_evaluations(shop, score):
    tables = ["quality.model_versions", "quality.model_evaluations", "models_ml.customer_scores"]
    score(shop)
    before = [shop.rows(f"from {table} order by all") for table in tables]
    score(shop)
    assert [shop.rows(f"from {table} order by all") for table in tables] == before


def test_visitors_and_who_denied_are_not_scored_and_buyers_unknown_are(shop, score):
    shop.add_customer("guest", 5, is_known=False)
    shop.add_orders("guest", 5)
    shop.add_customer("visitor", 5, is_known=False)
    shop.add_customer("silent", None)
    shop.add_customer("denied", 300)
    shop.add_orders("denied", 300, 200)
    shop.insert(
        "customer_consents", [["denied", "personalization", "denied"], ["silent", "advertising", "denied"]]
    )
    score(shop)
    scored = {row[0]: row for row in shop.scores() if not row[0].startswith("c")}
    assert scored.keys() == {"guest", "silent"}
    assert scored["silent"][2] is None, "who never bought cannot leave"
    assert 0 <= scored["silent"][1] <= 1


def test_probabilities_are_probabilities_and_values_are_no_less_than_nothing(shop, score):
    score(shop)
    assert shop.rows("""
        select bool_and(
            purchase_probability_30_days between 0 and 1 and churn_probability between 0 and 1
            and value_12_months >= 0 and isfinite(value_12_months)
        ) from models_ml.customer_scores
    """) == [(True,)]


def test_too_few_buyers_get_the_base_rates_and_it_is_said(score):
    shop = Shop()
    for number in range(20):
        shop.add_customer(f"c{number:02d}", 200)
        shop.add_orders(f"c{number:02d}", 150, *([10] if number < 5 else []))
    result = score(shop)
    assert set(result.versions.values()) == {"base_rate"}
    # five of twenty bought in the last 30 days, in the last 90, and in the last month of 50 days, a third of all
    assert set(shop.rows("select * exclude customer_id from models_ml.customer_scores")) == {
        (0.25, 0.75, 60.83, "base_rate")
    }
    assert all("too few buyers" in note for note in result.notes)
    assert shop.rows("select count(*) from quality.model_versions") == [(0,)]


def test_nobody_and_nothing_leave_an_empty_table(score):
    shop = Shop()
    assert score(shop).customers == 0
    assert shop.scores() == []


def test_shops_that_only_began_have_nothing_to_observe_and_say_null(score):
    shop = Shop()
    shop.add_customer("a", 3)
    shop.add_orders("a", 3)
    score(shop)
    assert shop.scores() == [("a", None, None, pytest.approx(0.0), "base_rate")]


def test_measures_stand_beside_their_rivals_with_an_interval(shop, score):
    score(shop)
    rows = shop.rows("select model, metric, value, ci_low, ci_high, split from quality.model_evaluations")
    assert {split for *_, split in rows} == {"validation", "test"}
    assert all(low <= high for *_, low, high, _ in rows)
    of = {(model, metric): value for model, metric, value, _, _, split in rows if split == "test"}
    assert of["purchase_30_days", "auc"] > 0.95
    assert of["purchase_30_days", "log_loss"] < of["purchase_30_days_base_rate", "log_loss"]
    assert {model for model, _ in of} >= {"churn", "churn_rfm", "value_12_months", "value_12_months_rfm"}


def test_a_model_worse_than_the_champion_is_refused_and_the_champion_scores_on(shop, score, monkeypatch):
    champion = score(shop).versions["purchase_30_days"]
    _worsen(monkeypatch)
    shop.begin_night(AS_OF + timedelta(hours=1))
    shop.add_customer("new", 100)
    shop.add_orders("new", 100, 50)
    result = score(shop)
    assert result.versions["purchase_30_days"] == champion
    assert any("worse than" in note and "champion" in note for note in result.notes)
    statuses = shop.rows(
        "select status, count(*) from quality.model_versions where model = 'purchase_30_days' group by 1"
    )
    assert dict(statuses) == {"champion": 1, "refused": 1}


def test_a_model_worse_than_a_baseline_never_scores(shop, score, monkeypatch):
    _worsen(monkeypatch)
    result = score(shop)
    assert result.versions["purchase_30_days"] == "base_rate"
    assert shop.rows(
        "select distinct status from quality.model_versions where model = 'purchase_30_days'"
    ) == [("refused",)]


def test_a_better_model_follows_the_champion_night_by_night(shop, score):
    versions = []
    for night in range(3):
        shop.begin_night(AS_OF + timedelta(hours=night))
        _add_news(shop, night)
        versions.append(score(shop).versions["churn"])
    assert len(set(versions)) == 3
    statuses = "select model_version, status from quality.model_versions where model = 'churn'"
    assert dict(shop.rows(statuses)) == dict(zip(versions, ["retired", "retired", "champion"], strict=True))


def test_a_night_over_more_files_is_not_held_against_itself_over_fewer(shop, score):
    fresh = Shop()
    fresh.add_regulars()
    score(shop)
    for each in (shop, fresh):
        _add_news(each, 0)
    score(shop)
    score(fresh, "others")
    assert shop.scores() == fresh.scores()


def test_a_night_of_the_past_does_not_ask_a_champion_that_knows_what_came_later(shop, score):
    past = Shop(AS_OF)
    past.add_regulars()
    score(shop)
    for each in (shop, past):
        each.begin_night(AS_OF - timedelta(days=60))
    score(shop)
    score(past, "others")
    assert shop.scores() == past.scores()


def test_old_artefacts_go_and_each_is_readable_by_its_owner_only(shop, score, tmp_path, monkeypatch):
    monkeypatch.setattr(score_training, "KEPT_VERSIONS", 2)
    for night in range(4):
        _add_news(shop, night)
        score(shop)
    files = sorted((tmp_path / "models").glob("churn_*"))
    assert [path.suffix for path in files] == [".json", ".npz"] * 2
    assert {f"{path.stat().st_mode & 0o777:o}" for path in files} == {"600"}


def test_a_kill_while_writing_leaves_the_old_scores(shop, score, monkeypatch):
    score(shop)
    before = shop.scores()
    shop.connection.execute("delete from marts.dim_customers where customer_id < 'c050'")
    monkeypatch.setattr("dagster_project.lib.personalization.scores.scores._COLUMNS", "customer_id varchar")
    with pytest.raises(Exception, match="columns"):
        score(shop)
    assert shop.scores() == before


def _add_news(shop: Shop, night: int) -> None:
    shop.add_customer(f"new{night}", 200)
    shop.add_orders(f"new{night}", 200, 150)


def _worsen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let models be fitted to the opposite of what came, as a broken release would."""
    from models_ml.propensity import learning

    fit = learning.fit_model

    def fit_wrongly(features, outcome, *, is_probability):
        return fit(features, 1 - outcome if is_probability else outcome, is_probability=is_probability)

    monkeypatch.setattr(learning, "fit_model", fit_wrongly)
