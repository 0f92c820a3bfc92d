"""How many units and days an experiment takes, by what its units did without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dagster_project.cli.experiments import command
from dagster_project.lib.activation.experiments.power import Need, Supply, plan_power
from dagster_project.lib.common.errors import KindredError
from models_ml.experiments.readouts.power import effect_for_conversion, units_for_conversion, units_for_mean
from tests.experiments.read import Readings, at, visitors

TABLES = """
create table marts.dim_customers (customer_id varchar, first_seen_at timestamp);
create table activation.content_variables (customer_id varchar, is_known boolean, is_personalizable boolean);
create table activation.segment_memberships (customer_id varchar, segment varchar);
"""
METRICS = [
    {"name": "buyers", "kind": "conversion", "event_name": "purchase"},
    {"name": "revenue", "kind": "mean", "event_name": "purchase", "value": "revenue"},
    {"name": "searches", "kind": "count", "event_name": "search"},
]


def shop(database: str = ":memory:", **changes: object) -> Readings:
    """Ten visitors a day on the 28 days before the last week, each a customer; one of ten buys for 20 at its begin."""
    readings = Readings(visitors(metrics=METRICS, **changes), as_of=35, database=database)
    readings.connection.execute(TABLES)
    seen, bought, customers = [], [], []
    for number in range(280):
        unit, day = f"v{number}", number // 10 + 0.5
        customers.append((f"c{number}", at(day)))
        seen += [(unit, f"c{number}", at(day)), (unit, f"c{number}", at(day + 0.1))]
        if number % 10 == 0:
            key = unit if readings.experiment.unit == "visitor" else f"c{number}"
            bought.append((readings.experiment.unit, key, "purchase", at(28.2), 20.0, *[None] * 5))
    events = [*seen, ("early", "c0", at(-1)), ("late", "c0", at(29))]
    readings.put("marts.fct_events", [(*event, None) for event in events])
    readings.put("marts.dim_customers", customers)
    readings.put("activation.content_variables", [(name, True, name != "c279") for name, _ in customers])
    readings.put("activation.segment_memberships", [("c1", "staff")])
    readings.put("intermediate.int_experiment_events_listed", bought)
    return readings


def plan(readings: Readings) -> tuple[Supply, dict[str, Need]]:
    supply, needs = plan_power(readings.connection, readings.experiment, 0.5, 14)
    return supply, {need.metric: need for need in needs}


def test_customers_are_there_at_once_and_their_share_says_how_many_it_takes():
    supply, needs = plan(shop(unit="customer"))
    assert supply == Supply(279, pytest.approx(279 / 28))
    rate = 28 / 279
    needed = units_for_conversion(rate, 0.5 * rate)
    buyers = needs["buyers"]
    assert (buyers.baseline, buyers.control_units, buyers.units) == (pytest.approx(rate), needed, 2 * needed)
    # the days until they are there, and the window of the last
    assert buyers.days == pytest.approx((2 * needed - 279) / (279 / 28) + 7)
    found = effect_for_conversion(rate, int((279 + 14 * 279 / 28) / 2))
    assert buyers.detectable_effect == pytest.approx(found / rate)


def test_visitors_come_day_by_day_but_for_who_is_no_part_of_the_audience():
    supply, needs = plan(shop(targeting={"not_segments": ["staff"]}))
    # of 278 values seven are 20: of those who came within a week before
    mean = 20 * 7 / 278
    deviation = ((7 * 400 - 278 * mean**2) / 277) ** 0.5
    assert supply == Supply(0, 278 / 28)
    assert needs["revenue"].control_units == units_for_mean(deviation, 0.5 * mean)


def test_unequal_weights_and_a_holdout_take_more_units():
    even, odd = (
        plan(shop(unit="customer", **changes))[1]["buyers"]
        for changes in ({}, {"variants": {"red": 3, "blue": 1}, "holdout": 0.5})
    )
    assert odd.units == pytest.approx(odd.control_units * 4 / 3 / 0.5, abs=1)
    assert odd.units > 2 * even.units


def test_of_a_metric_that_nobody_has_nothing_is_told():
    _, needs = plan(shop())
    assert needs["searches"] == Need("searches", "count", False, 0.0, None, None, None, None, None)


def test_who_comes_never_is_waited_for_for_ever():
    assert Supply(10, 0.0).days_for(10) == 0
    assert Supply(10, 0.0).days_for(11) is None


def test_an_experiment_that_no_night_has_seen_is_told():
    with pytest.raises(KindredError, match="did not know the experiment other"):
        plan_power(shop().connection, visitors(experiment_id="other"), 0.1, 14)


def test_the_command_answers_in_words_and_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "warehouse").mkdir()
    readings = shop(str(tmp_path / "warehouse" / "kindred.duckdb"), unit="customer")
    readings.connection.close()
    (tmp_path / "experiments").mkdir()
    declared = readings.experiment.model_dump(mode="json", exclude_none=True)
    (tmp_path / "experiments" / "colour.yml").write_text(json.dumps(declared))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CONFIG_DIR", str(tmp_path))
    said = CliRunner().invoke(command, ["power", "colour", "--effect", "0.5"], catch_exceptions=False).output
    assert said.startswith("279 customers at once, 10.0 more each day\nbuyers: 10.04% -> 15.05% takes ")
    assert "searches: nobody has had it, or it does not vary" in said
    answer = CliRunner().invoke(
        command, ["power", "colour", "--effect", "0.5", "--json"], catch_exceptions=False
    )
    told = json.loads(answer.output)
    assert told["at_once"] == 279
    assert [metric["metric"] for metric in told["metrics"]] == ["buyers", "revenue", "searches"]
    with pytest.raises(KindredError, match="name one of: colour"):
        CliRunner().invoke(command, ["power", "shape"], catch_exceptions=False)


def test_factors_take_what_an_experiment_of_the_one_that_takes_most_would():
    alone = {"none": 1, "large": 3}
    factors = {"subject": {"product": 1, "person": 1}, "image": alone}
    both = shop(variants={}, factors=factors, control={"subject": "product", "image": "none"})
    assert plan(both) == plan(shop(variants=alone, control="none"))
