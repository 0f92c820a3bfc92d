"""Nights of recommendations: what they leave behind, and what does not depend on how they were run."""

from __future__ import annotations

import json

import pytest

from dagster_project.lib.personalization.serving import content_lists, lists
from dagster_project.lib.personalization.training import challenge
from models_ml.recommendations.strategy_names import STRATEGIES


def test_what_happens_after_the_nights_moment_is_not_seen(trained, make_marts, run):
    later = make_marts()
    later.add_shop()
    later.add_purchases(("c00", "p01", -1))
    later.add_events(("c00", "view_item", "p02", -1))
    assert trained.nights[0].model_version == run(later).model_version
    assert trained.everything() == later.everything()


def test_the_order_of_rows_in_the_marts_changes_nothing(trained, make_marts, run):
    shuffled = make_marts()
    shuffled.add_shop()
    shuffled.connection.execute(
        "create or replace table marts.fct_order_lines as from marts.fct_order_lines order by hash(ordered_at)"
    )
    run(shuffled)
    assert trained.everything() == shuffled.everything()


def test_running_a_night_again_replaces_its_rows_by_the_same(trained, run):
    tables = [
        "from activation.customer_recommendations order by all",
        "from quality.model_evaluations order by all",
        "from quality.model_versions order by all",
    ]
    before = [trained.rows(query) for query in tables]
    run(trained)
    assert [trained.rows(query) for query in tables] == before


def test_versions_and_evaluations_keep_their_history_and_old_artefacts_go(marts, run, tmp_path, monkeypatch):
    monkeypatch.setattr(challenge, "KEPT_VERSIONS", 2)
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
    files = sorted((tmp_path / "models").glob("recommender_*"))
    assert len(files) == 2 * 2
    assert {f"{path.stat().st_mode & 0o777:o}" for path in files} == {"600"}


def test_both_tracks_are_measured_with_an_interval(trained):
    (result,) = trained.nights
    rows = trained.rows("select model, metric, value, ci_low, ci_high, split from quality.model_evaluations")
    assert {model for model, *_ in rows} == set(STRATEGIES)
    assert {metric for _, metric, *_ in rows} >= {"ndcg@10", "recall@10", "ndcg@10_never_bought"}
    accuracy = [
        row for row in rows if row[1].startswith(("ndcg", "recall", "precision", "map", "mrr", "auc"))
    ]
    assert all(0 <= low <= value <= high <= 1 for _, _, value, low, high, _ in accuracy)
    assert {split for *_, split in rows} == {"test"}
    assert result.metrics["hybrid ndcg@10"] == next(
        row[2] for row in rows if row[:2] == ("hybrid", "ndcg@10")
    )


def test_a_history_too_short_to_measure_is_trained_all_the_same_and_said(marts, run):
    marts.add_customers("ann")
    marts.add_products("a")
    marts.add_purchases(("ann", "a", 3))
    result = run(marts)
    assert result.rows == {"for_you": 1}
    assert result.metrics == {} and "nothing measured" in result.notes[0]


def test_the_description_beside_the_artefact_holds_parameters_and_metrics(trained, parameters, tmp_path):
    (result,) = trained.nights
    path = tmp_path / "models" / f"recommender_{result.model_version}.json"
    description = json.loads(path.read_text())
    assert description["metrics"] == result.metrics
    assert description["parameters"]["factors"] == parameters.factors


def test_a_kill_while_writing_leaves_the_old_lists(trained, run, monkeypatch):
    before = trained.everything()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(content_lists.ContentListWriter, "write", stop)
    with pytest.raises(KeyboardInterrupt):
        run(trained, run_id="run-2")
    assert trained.everything() == before


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
