"""What a file may say of recommendations, what of it is refused and how, and what personalization reads of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import jsonschema
import pytest
import yaml

from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.activation.experiments.tables import write_experiments
from dagster_project.lib.common.errors import KindredError
from tests.experiments.conftest import BEGIN, experiment

SCHEMA = Path(__file__).resolve().parents[2] / "config" / "schemas" / "experiment.json"
LISTS = """\
experiment_id: {name}
hypothesis: The ranker sells more than the blend.
unit: customer
variants: {{ranker: 1, plain: 1}}
control: plain
metrics: [{{name: buyers, kind: conversion, event_name: purchase}}]
recommendations: {{strategies: {{ranker: hybrid, plain: blend}}}}
"""
FACTORS = """\
factors: {subject: {short: 1, long: 1}, model: {old: 1, new: 1}}
control: {subject: short, model: old}
"""
FACTORIAL = LISTS.replace(
    "variants: {{ranker: 1, plain: 1}}\ncontrol: plain\n", FACTORS.replace("{", "{{").replace("}", "}}")
)
SAID = "recommendations: {strategies: {ranker: hybrid, plain: blend}}"


def write(config_dir, name="lists", more="", text=LISTS):
    path = config_dir / "experiments" / f"{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format(name=name) + more)
    return path


def strategies(connection) -> list[tuple]:
    return connection.execute("from operations.experiment_strategies order by all").fetchall()


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        yield connection


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LISTS, [("plain", "for_you", "blend"), ("ranker", "for_you", "hybrid")]),
        (
            LISTS.replace("{{strategies", "{{list: discover, strategies"),
            [("plain", "discover", "blend"), ("ranker", "discover", "hybrid")],
        ),
        (
            FACTORIAL.replace(
                "{{strategies: {{ranker: hybrid, plain", "{{factor: model, strategies: {{new: ease, old"
            ),
            [
                (f"{subject}-{model}", "for_you", strategy)
                for subject in ("long", "short")
                for model, strategy in (("new", "ease"), ("old", "blend"))
            ],
        ),
    ],
)
def test_each_variant_has_its_lists_strategy_in_the_table_that_personalization_reads(
    tmp_path, connection, text, expected
):
    path = write(tmp_path, text=text)
    jsonschema.validate(yaml.safe_load(path.read_text()), json.loads(SCHEMA.read_text()))
    for _ in range(2):
        write_experiments(connection, load_experiments(tmp_path), {})
    assert strategies(connection) == [("lists", *row) for row in expected]
    write_experiments(connection, {"colour": experiment()}, {})
    assert strategies(connection) == []


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        (
            "plain: blend}",
            "plain: svd}",
            "line 7: recommendations.strategies.plain: Input should be 'hybrid', 'blend'",
        ),
        (
            "{strategies",
            "{list: content, strategies",
            "line 7: recommendations.list: Input should be 'for_you' or",
        ),
        ("{strategies", "{lists: discover, strategies", "remove it or use one of: factor, list, strategies"),
        (", plain: blend}", "}", "line 7: recommendations: Value error, the variant 'plain' has no strategy"),
        (
            "plain: blend}",
            "plane: blend}",
            "line 7: recommendations: Value error, 'plane' is no variant: ranker, plain",
        ),
        (
            "plain: blend}",
            "no: blend}",
            "line 7: recommendations.strategies: Value error, YAML reads a name as False",
        ),
        (
            "{strategies",
            "{factor: model, strategies",
            "line 7: recommendations: Value error, factor is for experiments",
        ),
        (
            "unit: customer",
            "unit: visitor",
            "line 7: recommendations: Value error, lists are made of customers",
        ),
        (
            SAID,
            f"{SAID}\nassigned_by: exposures",
            "line 7: recommendations: Value error, Kindred makes the lists of",
        ),
        ("control: plain", "control: plane", "line 5: control: "),
    ],
)
def test_a_mistake_is_told_by_file_line_and_key(tmp_path, there, instead, said):
    path = write(tmp_path)
    text = path.read_text()
    assert there in text
    path.write_text(text.replace(there, instead))
    with pytest.raises(KindredError, match=re.escape(said)):
        load_experiments(tmp_path)


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        ({"strategies": {"short-old": "blend"}}, "factor names one of them: subject, model"),
        ({"factor": "image", "strategies": {"old": "blend"}}, "factor names one of them: subject, model"),
        ({"factor": "model", "strategies": {"old": "blend"}}, "the level of model 'new' has no strategy"),
        (
            {"factor": "model", "strategies": {"old": "blend", "short": "als"}},
            "'short' is no level of model: old, new",
        ),
    ],
)
def test_with_factors_the_levels_of_one_name_strategies(tried, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        experiment(variants={}, **yaml.safe_load(FACTORS), recommendations=tried)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("targeting: [a]\n", "targeting: {not_segments: [a]}\n"),
        ("namespace: [lists, 0, 0.5]\n", ""),
        ("namespace: [lists, 0, 0.5]\n", "namespace: [lists, 0.4, 1]\n"),
        ("namespace: [lists, 0, 0.5]\n", "namespace: [others, 0.5, 1]\n"),
        ("ends_at: 2026-03-02\n", "starts_at: 2026-03-01\n"),
    ],
)
def test_two_experiments_that_may_have_a_customers_list_at_one_time_are_refused(tmp_path, one, other):
    write(tmp_path, "a", one)
    write(tmp_path, "b", other)
    with pytest.raises(
        KindredError, match=r"b.yml line 7: recommendations: .*a.yml is on the same list .* in both"
    ):
        load_experiments(tmp_path)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("namespace: [lists, 0, 0.5]\n", "namespace: [lists, 0.5, 1]\n"),
        ("ends_at: 2026-03-01\n", "starts_at: 2026-03-01\n"),
        ("starts_at: 2026-03-01\n", "ends_at: 2026-03-01\n"),
    ],
)
def test_units_or_times_apart_leave_room_for_two_and_so_does_another_list(tmp_path, one, other):
    write(tmp_path, "a", one)
    write(tmp_path, "b", other)
    write(tmp_path, "c", text=LISTS.replace("{{strategies", "{{list: discover, strategies"))
    write(tmp_path, "d", text=LISTS.replace("recommendations", "# recommendations"))
    assert list(load_experiments(tmp_path)) == ["a", "b", "c", "d"]


def test_lists_are_not_made_by_the_variants_that_another_tool_gives(nights):
    nights.put(
        "intermediate.int_experiment_exposures_gathered", [("colour", "exposures", "v1", None, "red", BEGIN)]
    )
    with pytest.raises(
        KindredError, match="colour says recommendations, and exposures of another tool assign it"
    ):
        nights.night(1, experiment(recommendations={"strategies": {"red": "als", "blue": "ease"}}))
