"""Lists of customers in an experiment on them: by their variant's strategy, and everybody else's as they were."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from dagster_project.lib.personalization import tables
from dagster_project.lib.personalization.records import champions, versions
from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.folding import renew_lists
from dagster_project.lib.personalization.serving.serving import recommend
from dagster_project.lib.personalization.settings.recommendations import RecommendationSettings
from dagster_project.lib.personalization.training.training_data import read_training_data
from models_ml.recommendations.strategies import rank_strategy

VARIANTS = {"plain": "blend", "alike": "item_knn", "now": "popularity", "ranker": "hybrid"}


def declare(marts, experiment_id="lists", list_name="for_you", strategies=VARIANTS):
    marts.connection.execute("create schema if not exists experiments")
    marts.connection.execute("""
        create table if not exists experiments.assignments (
            experiment_id varchar, unit_id varchar, customer_id varchar, variant_id varchar, assigned_at timestamp,
            is_running boolean, is_excluded boolean
        );
        create table if not exists operations.experiment_strategies (
            experiment_id varchar, variant_id varchar, list_name varchar, strategy varchar
        )
    """)
    for variant, strategy in strategies.items():
        row = [experiment_id, variant, list_name, strategy]
        marts.connection.execute("insert into operations.experiment_strategies values (?, ?, ?, ?)", row)


def assign(marts, variants, *, experiment_id="lists", day=0.0, is_running=True, is_excluded=False):
    for customer, variant in variants.items():
        at = marts.as_of + timedelta(days=day)
        row = [experiment_id, customer, customer, variant, at, is_running, is_excluded]
        marts.connection.execute("insert into experiments.assignments values (?, ?, ?, ?, ?, ?, ?)", row)


def made_by(marts, list_name, customer):
    query = """
        select distinct strategy from activation.customer_recommendations where list_name = ? and customer_id = ?
    """
    return {strategy for (strategy,) in marts.connection.execute(query, [list_name, customer]).fetchall()}


def ranked_by(marts, folder, strategy, customer):
    """The products that a strategy of the champion ranks for somebody, best first."""
    champion = versions.read_champion(marts.connection, tables.MODEL)
    assert champion is not None
    hybrid = champions.load_sound(marts.connection, champion[0], folder=folder)
    assert hybrid is not None
    known = hybrid.recommender.interactions
    place, eligible = np.flatnonzero(known.customers == customer), np.ones(len(known.products), dtype=bool)
    ranked = rank_strategy(hybrid, strategy, place, 50, eligible, is_discovery=False)
    return known.products[ranked[0]].tolist()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def write(computed_at, folder):
    """Write everybody's lists with the champion that there is."""

    def recommend_all(marts, wishes=None):
        data = read_training_data(marts.connection)
        return recommend(marts.connection, Run("run-1", computed_at, folder), data, wishes=wishes).notes

    return recommend_all


@pytest.fixture
def renew(computed_at, folder):
    """Make the lists of some customers anew, between two nights."""

    def fold(marts, *customers, wishes=None):
        named = "insert into operations.customers_made_anew select unnest(?::varchar[])"
        marts.connection.execute(named, [list(customers)])
        return renew_lists(marts.connection, Run("batch", computed_at, folder), wishes)

    return fold


def test_each_variant_has_its_strategys_list_and_all_else_is_as_without_the_experiment(
    trained, write, folder
):
    before = trained.everything()
    declare(trained)
    assign(trained, {"c00": "plain", "c01": "alike", "c02": "now", "c03": "ranker"})
    notes = write(trained)
    tried = {"c00": "blend", "c01": "item_knn", "c02": "popularity"}
    for customer, strategy in tried.items():
        said = trained.rows(f"""
            select product_id from activation.customer_recommendations
            where customer_id = '{customer}' and list_name = 'for_you' and strategy = '{strategy}' order by rank
        """)
        assert len(said) > 10
        assert [product for (product,) in said] == ranked_by(trained, folder, strategy, customer)[: len(said)]
        assert trained.listed("for_you", customer)[: len(said)] == [product for (product,) in said]
        assert made_by(trained, "for_you", customer) <= {strategy, "blend"}
    assert {row[6] for row in trained.everything() if row[:2] == ("c02", "for_you")} <= {
        "popular now", "from the range"
    }  # fmt: skip
    untouched = [row for row in before if row[0] not in tried or row[1] != "for_you"]
    assert untouched == [row for row in trained.everything() if row[0] not in tried or row[1] != "for_you"]
    assert [note for note in notes if note.startswith("experiments")] == [
        f"experiments have for_you of 1 customer made by {strategy}"
        for strategy in ("blend", "hybrid", "item_knn", "popularity")
    ]


def test_an_ended_experiment_one_of_nobody_and_an_excluded_customer_change_no_row(trained, write):
    before = trained.everything()
    declare(trained)
    write(trained)
    assert trained.everything() == before
    assign(trained, {"c00": "plain"}, is_running=False)
    assign(trained, {"c01": "plain"}, is_excluded=True)
    assign(trained, {"nobody": "plain"})
    assign(trained, {"c02": "plain"}, experiment_id="on_mails")
    assert not [note for note in write(trained) if "experiments" in note]
    assert trained.everything() == before


def test_who_has_no_history_or_denied_personalization_has_nothing_of_the_variant(trained, write):
    trained.add_customers("new")
    trained.decide("c00", "denied")
    declare(trained)
    assign(trained, {"new": "plain", "c00": "plain"})
    assert not [note for note in write(trained) if "experiments" in note]
    assert made_by(trained, "for_you", "new") == {"popularity"}
    assert made_by(trained, "for_you", "c00") == set()


def test_of_two_experiments_on_one_list_the_first_makes_it_and_it_is_told(trained, write):
    declare(trained)
    declare(trained, "again", strategies={"popular": "popularity"})
    declare(trained, "found", "discover", {"popular": "popularity"})
    assign(trained, {"c00": "popular", "c01": "popular"}, experiment_id="again", day=-2)
    assign(trained, {"c00": "popular"}, experiment_id="found", day=-3)
    assign(trained, {"c00": "plain"}, day=-1)
    assign(trained, {"c01": "plain"}, day=-3)
    notes = write(trained)
    assert made_by(trained, "for_you", "c00") <= {"popularity", "blend"} != {"blend"}
    assert "popularity" in made_by(trained, "for_you", "c00")
    assert made_by(trained, "for_you", "c01") == {"blend"}
    assert "popularity" in made_by(trained, "discover", "c00")
    told = "2 customers in two experiments on for_you: the first that assigned them makes it"
    assert [note for note in notes if "two experiments" in note] == [told]


def test_rules_of_the_shop_hold_whatever_the_strategy(trained, write):
    asked = {
        "pins": [{"rank": 2, "products": ["p59"]}],
        "exclude": {"products": ["p00", "p31"]},
        "lengths": {"for_you": 20},
    }
    declare(trained)
    variants = [*VARIANTS]
    assign(trained, {f"c{number:02d}": variants[number % 4] for number in range(30)})
    write(trained, wishes=Wishes(RecommendationSettings.model_validate(asked)))
    for number in range(30):
        listed = trained.listed("for_you", f"c{number:02d}")
        assert len(listed) == len(set(listed)) == 20
        assert listed[1] == "p59" and not {"p00", "p31"} & set(listed)
    ranks = """
        select 1 from activation.customer_recommendations group by customer_id, list_name
        having count(*) <> max(rank) or count(distinct rank) <> count(*) or min(rank) <> 1
    """
    assert trained.rows(ranks) == []


def test_a_micro_batch_keeps_the_strategy_of_the_variant_and_leaves_everybody_else(trained, write, renew):
    declare(trained)
    assign(trained, {"c00": "plain", "c01": "now"})
    write(trained)
    others = [row for row in trained.everything() if row[0] not in ("c00", "c01")]
    before = trained.listed("for_you", "c00")
    trained.add_purchases(("c00", "p40", 0.1))
    assert "experiments have for_you of 1 customer made by blend" in renew(trained, "c00", "c01").notes
    assert trained.listed("for_you", "c00") != before
    assert made_by(trained, "for_you", "c00") == {"blend"}
    assert "popularity" in made_by(trained, "for_you", "c01")
    assert [row for row in trained.everything() if row[0] not in ("c00", "c01")] == others


def test_without_a_model_everybody_gets_popularity_and_it_is_told(trained, write, folder):
    declare(trained)
    assign(trained, {"c00": "plain"})
    for path in folder.rglob("*.npz"):
        path.unlink()
    assert write(trained) == ["no model is published: experiments on lists show popularity to everybody"]
    assert made_by(trained, "for_you", "c00") == {"popularity"}
