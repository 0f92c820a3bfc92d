"""Factors of an experiment: which variants their levels make, what a file may say of them, and who gets which."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml
from growthbook import Experiment as SdkExperiment
from growthbook import GrowthBook
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.common.errors import KindredError
from models_ml.experiments.assignment import assign_variants
from models_ml.experiments.factors import combine_levels, weigh_variants

SCHEMA = Path(__file__).resolve().parents[2] / "config" / "schemas" / "experiment.json"
MAIL = """\
experiment_id: mail
hypothesis: Words count more than pictures.
unit: customer
factors:
  subject: {product: 1, person: 1}
  image: {none: 1, large: 3}
control: {image: none, subject: product}
metrics: [{name: buyers, kind: conversion, event_name: purchase}]
"""
SUBJECT, IMAGE, CONTROL = (MAIL.splitlines()[place] for place in (4, 5, 6))


def load(config_dir, text):
    path = config_dir / "experiments" / "mail.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    (experiment,) = load_experiments(config_dir).values()
    return experiment


def test_every_combination_of_levels_is_a_variant_that_weighs_their_product(tmp_path):
    one = load(tmp_path, MAIL)
    assert list(one.variants.items()) == [
        ("product-none", 1), ("product-large", 3), ("person-none", 1), ("person-large", 3)
    ]  # fmt: skip
    assert one.control == "product-none"
    assert one.levels["person-large"] == {"subject": "person", "image": "large"}
    jsonschema.validate(yaml.safe_load(MAIL), json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("text", [MAIL + "variants: {a: 1, b: 1}\n", MAIL.replace("factors:", "factor:")])
def test_the_schema_wants_variants_or_factors(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("unit: customer", "unit: customer\nvariants: {a: 1, b: 1}", "line 4: variants: Value error, an experiment"),
        (MAIL[MAIL.index("factors") : MAIL.index("control")], "", "line 1: the file: Value error, name two variants"),
        ("person: 1", "per-son: 1", "line 5: factors.subject.per-son"),
        ("person: 1", "person: 0", "line 5: factors.subject.person: Input should be greater than 0"),
        ("person: 1", "yes: 1", "line 5: factors.subject: Value error, YAML reads a name as True; put it in quotes"),
        (", person: 1", "", "line 5: factors.subject: Dictionary should have at least 2 items"),
        ("image: {none", "1st: {none", "line 6: factors.1st"),
        ("image: {none", "items: {none", "line 4: factors: Value error, templates take factors.items for a method"),
        ("image: {none", "no: {none", "line 4: factors: Value error, YAML reads a name as False"),
        (f"{SUBJECT}\n{IMAGE}\n", "  {}\n", "line 4: factors: Dictionary should have at least 1 item"),
        (
            "large: 3",
            ", ".join(f"size{number}: 1" for number in range(32)),
            "line 4: factors: Value error, that makes 66 combinations, each of which needs units of its own; 64 are",
        ),
        (CONTROL, "control: product-none", "line 7: control: Value error, of an experiment with factors it names a"),
        ("image: none, ", "", "line 7: control: Value error, it names no level of image: none, large"),
        ("{image: none", "{image: small", "line 7: control: Value error, 'small' is no level of image: none, large"),
        ("{image: none", "{colour: red, image: none", "'colour' is no factor: subject, image"),
        ("{image: none", "{image: [none]", "line 7: control: Value error, ['none'] is no level of image"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_file_line_and_key(tmp_path, written, instead, said):
    assert written in MAIL
    with pytest.raises(KindredError, match=rf"mail\.yml .*{re.escape(said)}"):
        load(tmp_path, MAIL.replace(written, instead, 1))


def test_a_control_of_levels_belongs_to_factors(tmp_path):
    text = MAIL.replace(f"factors:\n{SUBJECT}\n{IMAGE}\n", "variants: {a: 1, b: 1}\n")
    with pytest.raises(KindredError, match="line 5: control: Input should be a valid string"):
        load(tmp_path, text)


names = st.lists(st.text("abcdefg_1", min_size=1, max_size=3), min_size=2, max_size=4, unique=True)


@given(st.lists(names, min_size=1, max_size=3))
def test_no_two_combinations_have_one_name(levels):
    factors = {f"factor{place}": dict.fromkeys(one, 1.0) for place, one in enumerate(levels)}
    combined = combine_levels(factors)
    assert len(combined) == np.prod([len(one) for one in levels])
    assert list(combined) == list(weigh_variants(factors))
    for variant, cell in combined.items():
        assert dict(zip(factors, variant.split("-"), strict=True)) == cell


def test_factors_are_drawn_independently_by_their_shares(tmp_path):
    one, units = load(tmp_path, MAIL), [f"C{number}" for number in range(40_000)]
    places = assign_variants(one.experiment_id, units, list(one.variants.values()))
    levels = list(one.levels.values())
    person = np.array([levels[place]["subject"] == "person" for place in places])
    large = np.array([levels[place]["image"] == "large" for place in places])
    assert abs(person.mean() - 0.5) < 0.01 and abs(large.mean() - 0.75) < 0.01
    assert abs(np.corrcoef(person, large)[0, 1]) < 0.02


def test_growthbooks_own_sdk_gives_every_unit_the_same_combination(tmp_path, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it asks no server"))
    one = load(tmp_path, MAIL)
    weights = [weight / sum(one.variants.values()) for weight in one.variants.values()]
    experiment = SdkExperiment(key="mail", variations=list(one.variants), weights=weights, hashVersion=2)
    units = [f"C{number}" for number in range(300)]
    places = assign_variants(one.experiment_id, units, list(one.variants.values()))
    for unit, place in zip(units, places, strict=True):
        with_sdk = GrowthBook(attributes={"id": unit})
        assert with_sdk.run(experiment).value == list(one.variants)[place]
        with_sdk.destroy()
