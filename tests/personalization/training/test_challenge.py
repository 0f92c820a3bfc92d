"""A recommender that is worse than it should be is refused, and the lists are those of the last good one."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import numpy as np
import pytest

from dagster_project.lib.personalization import recommendations
from dagster_project.lib.personalization.records import artefacts, champions
from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving import serving
from dagster_project.lib.personalization.settings.recommendations import RecommendationSettings
from dagster_project.lib.personalization.training import challenge, training_data
from models_ml.recommendations.artefact import write_recommender

VERSIONS = (
    "select model_version, status, reason from quality.model_versions order by trained_at, model_version"
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def shop(trained):
    """A shop after one good night, on the night after it."""
    marts = trained
    (marts.first,) = marts.nights
    marts.first_rows = listed(marts)
    marts.move_to(1)
    marts.add_purchases(("c00", "p00", -0.5), ("c01", "p31", -0.6))
    return marts


def listed(marts):
    """Lists without what names the run."""
    return marts.rows(
        """
        select customer_id, list_name, rank, product_id, strategy, model_version
        from activation.customer_recommendations order by all
        """
    )


@pytest.fixture
def spoil(monkeypatch):
    """Let a disk, a faulty job or an attacker change the recommender between its fit and its file."""

    def spoil(change) -> None:
        save = artefacts.save_artefact
        monkeypatch.setattr(
            artefacts, "save_artefact", lambda folder, fitted, about: save(folder, change(fitted), about)
        )

    return spoil


def _change(hybrid, **values):
    return dataclasses.replace(hybrid, recommender=dataclasses.replace(hybrid.recommender, **values))


def shuffle_factors(hybrid):
    factors = hybrid.recommender.product_factors
    order = np.random.default_rng(1).permutation(len(factors))
    return _change(hybrid, product_factors=factors[order])


def shuffle_products(hybrid):
    interactions = hybrid.recommender.interactions
    products = np.random.default_rng(1).permutation(interactions.products)
    return _change(hybrid, interactions=dataclasses.replace(interactions, products=products))


def put_nan(hybrid):
    factors = hybrid.recommender.customer_factors.copy()
    factors[3, 2] = np.nan
    return _change(hybrid, customer_factors=factors)


def test_an_honest_challenger_becomes_the_champion(shop, run):
    result = run(shop, run_id="run-2")
    assert result.refused is None and result.model_version != shop.first.model_version
    assert sorted(shop.rows("select status, reason from quality.model_versions")) == [
        ("champion", None),
        ("retired", None),
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [(shuffle_factors, "spoilt: "), (shuffle_products, "stale: "), (put_nan, "broken: ")],
)
def test_a_sabotaged_challenger_is_refused_and_the_last_nights_model_is_served(shop, run, spoil, change, why):
    spoil(change)
    result = run(shop, run_id="run-2")
    assert result.refused is not None and result.refused.startswith(why)
    assert result.model_version == shop.first.model_version
    assert (
        result.notes[-1] == f"the lists are those of version {shop.first.model_version}, of an earlier night"
    )
    assert sorted(row[1:] for row in shop.rows(VERSIONS)) == [("champion", None), ("refused", result.refused)]
    served = shop.rows("select distinct model_version, run_id from activation.customer_recommendations")
    assert served == [(shop.first.model_version, "run-2")]


def test_a_file_that_is_cut_off_after_it_was_written_is_refused(shop, run, monkeypatch, folder):
    train = recommendations.train

    def train_and_cut(connection, data, *, folder):
        train(connection, data, folder=folder)
        path = folder / f"recommender_{data.model_version}.npz"
        path.write_bytes(path.read_bytes()[:1000])

    monkeypatch.setattr(recommendations, "train", train_and_cut)
    result = run(shop, run_id="run-2")
    assert result.refused is not None and result.refused.startswith("broken: the artefact")
    assert result.model_version == shop.first.model_version


def test_a_feed_that_fell_behind_is_refused_as_stale(shop, run):
    shop.connection.execute(
        "delete from marts.fct_order_lines where ordered_at > ?", [shop.as_of - timedelta(days=9)]
    )
    result = run(shop, run_id="run-2")
    assert result.refused is not None and result.refused.startswith("stale: the newest interaction is of")
    assert [row[3] for row in listed(shop)] == [row[3] for row in shop.first_rows]


def test_no_interactions_at_all_are_stale_too(shop, run):
    shop.connection.execute("delete from marts.fct_order_lines")
    result = run(shop, run_id="run-2")
    assert result.refused == "stale: there are no interactions"
    assert result.model_version == shop.first.model_version


def test_parameters_that_measure_worse_than_popularity_are_refused(shop, run, parameters):
    shop.add_purchases(*((f"c{number:02d}", "p05", days) for number in range(30) for days in (35.0, 9.0)))
    worthless = dataclasses.replace(
        parameters, for_you_frequency=0.0, for_you_popularity=-5.0, discover_popularity=-5.0,
        ranker_least_customers=1000,
    )  # fmt: skip
    result = run(shop, run_id="run-2", parameters=worthless)
    assert result.refused is not None and result.refused.startswith("worse than popularity on for_you: ")
    assert result.model_version == shop.first.model_version


def test_what_was_bought_since_the_champion_was_fitted_is_not_discovered(shop, run, spoil):
    (product,) = shop.rows(
        "select product_id from activation.customer_recommendations "
        "where customer_id = 'c00' and list_name = 'discover' and rank = 1"
    )[0]
    shop.add_purchases(("c00", product, -0.2))
    spoil(put_nan)
    run(shop, run_id="run-2")
    assert product not in shop.listed("discover", "c00")


def test_products_taken_from_the_range_since_are_not_served_by_an_earlier_model_either(shop, run, spoil):
    shop.connection.execute("update marts.dim_products set is_active = false where product_id < 'p20'")
    spoil(put_nan)
    run(shop, run_id="run-2")
    assert shop.rows("select min(product_id) from activation.customer_recommendations") == [("p20",)]


def test_without_an_earlier_model_a_refused_one_leaves_popularity(marts, run, spoil):
    marts.add_shop()
    spoil(put_nan)
    result = run(marts)
    assert result.model_version is None
    assert result.notes[-1] == "no earlier model is there: the lists are those of popularity"
    assert marts.rows("select distinct strategy, model_version from activation.customer_recommendations") == [
        ("popularity", None)
    ]
    bought = """
        select 1 from activation.customer_recommendations
        semi join marts.fct_order_lines using (customer_id, product_id) where list_name = 'discover'
    """
    assert marts.rows(bought) == []


def test_an_earlier_model_whose_file_is_broken_is_passed_over(shop, run, spoil, folder):
    second = run(shop, run_id="run-2")
    shop.move_to(2)
    (folder / f"recommender_{second.model_version}.npz").write_bytes(b"nothing")
    spoil(put_nan)
    assert run(shop, run_id="run-3").model_version == shop.first.model_version


def test_a_champion_whose_file_broke_since_leaves_popularity_that_is_no_versions(shop, folder):
    (folder / f"recommender_{shop.first.model_version}.npz").write_bytes(b"nothing")
    data = training_data.read_training_data(shop.connection)
    result = serving.recommend(shop.connection, Run("run-2", shop.as_of, folder), data)
    assert result.model_version is None
    assert shop.rows("select distinct strategy, model_version from activation.customer_recommendations") == [
        ("popularity", None)
    ]


def test_a_refused_night_run_again_gives_the_same(shop, run, spoil):
    spoil(shuffle_factors)
    run(shop, run_id="run-2")
    before = (shop.everything(), shop.rows(VERSIONS))
    run(shop, run_id="run-2")
    assert (shop.everything(), shop.rows(VERSIONS)) == before


def test_a_night_of_the_past_is_not_held_against_what_came_later(shop, run):
    shop.move_to(30)
    shop.add_purchases(*((f"c{number:02d}", "p05", -29.0) for number in range(30)))
    later = run(shop, run_id="run-3")
    shop.move_to(1)
    again = run(shop, run_id="run-2")
    assert again.refused is None
    assert shop.rows("select model_version from quality.model_versions where status = 'champion'") == [
        (again.model_version,)
    ]
    assert later.model_version != again.model_version


def test_the_artefacts_description_says_of_which_data_code_and_night_it_is(shop, folder):
    about = json.loads((folder / f"recommender_{shop.first.model_version}.json").read_text())
    assert about["code_version"] >= 1 and about["as_of"] == "2024-06-30T12:00:00"
    assert about["data_hash"] == shop.rows("select data_hash from quality.model_versions")[0][0]


def test_a_champion_of_other_code_is_read_as_far_as_its_parameters_still_exist(parameters):
    record = {**parameters.as_dict(), "as_of": "2024-06-30", "a_name_of_before": 3}
    assert champions.Champion("v", record).configuration == parameters


def test_a_format_that_is_unknown_is_refused_not_raised(shop, folder, monkeypatch):
    (path,) = folder.glob("recommender_*.npz")
    with path.open("wb") as stream:
        write_recommender(artefacts_without_rows(), stream)
    version = shop.first.model_version
    assert champions.load_sound(shop.connection, version, folder=folder) is None


def artefacts_without_rows():
    from models_ml.recommendations.hybrid import Hybrid
    from models_ml.recommendations.interactions import Interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.products import ProductAttributes
    from models_ml.recommendations.recommender import Recommender

    nothing = Interactions(
        customers=np.array([], dtype=str), products=np.array([], dtype=str),
        customer=np.array([], np.int32), product=np.array([], np.int32),
        kind=np.array([], np.int8), age_days=np.array([]),
    )  # fmt: skip
    factors = np.zeros((0, 2), np.float32)
    return Hybrid(
        Recommender(nothing, RecommenderParameters(), factors, factors, ProductAttributes.unknown(0)), None
    )


@pytest.mark.parametrize("declared", [{"objective": "engagement"}, {"ranking": "blend"}])
def test_what_a_shop_declares_is_not_held_against_the_champions(shop, run, monkeypatch, declared):
    measured = []
    score = challenge.score_on_split
    monkeypatch.setattr(
        challenge,
        "score_on_split",
        lambda data, names: (measured.append(data.parameters), score(data, names))[1],
    )
    wishes = Wishes(RecommendationSettings.model_validate(declared))
    result = run(shop, run_id="run-2", wishes=wishes)
    assert result.refused is None and measured == []
    ((parameters,),) = shop.rows(
        f"select parameters from quality.model_versions where model_version = '{result.model_version}'"
    )
    assert declared.items() <= json.loads(parameters).items()
