"""What a file of experiments/ may say, and what is refused and how."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from dagster_project.lib.activation.campaigns.checking import check_campaigns
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.config_tables import load_config_tables

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(PROJECT.glob("examples/*/config/experiments/*.yml"))
COLOUR = """\
experiment_id: colour
hypothesis: Red sells.
unit: customer
variants: {red: 1, blue: 3.5}
control: red
metrics:
  - {name: buyers, kind: conversion, event_name: purchase}
"""


def write(config_dir, text, name="colour"):
    path = config_dir / "experiments" / f"{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def test_without_files_there_are_none(tmp_path):
    assert load_experiments(tmp_path) == {}


def test_every_key_may_be_said(tmp_path):
    write(
        tmp_path,
        COLOUR
        + """\
  - {name: revenue, kind: mean, event_name: purchase, value: revenue, window_days: 14}
covariate: total_revenue
assigned_by: exposures
targeting: {segments: [buyers], not_segments: [staff]}
namespace: [mails, 0, 0.5]
holdout: 0.1
smallest_share: 0.2
guardrails: [buyers, {name: refunds, kind: count, event_name: refund, is_lower_better: true}]
starts_at: 2026-03-01
ends_at: 2026-04-01T00:00:00Z
""",
    )
    (one,) = load_experiments(tmp_path).values()
    assert list(one.variants.items()) == [("red", 1.0), ("blue", 3.5)]
    assert (one.audience.segments, one.audience.not_segments) == (["buyers"], ["staff"])
    schema = json.loads((PROJECT / "config" / "schemas" / "experiment.json").read_text())
    written = yaml.safe_load((tmp_path / "experiments" / "colour.yml").read_text())
    jsonschema.validate(json.loads(json.dumps(written, default=str)), schema)
    check_campaigns(tmp_path, ["buyers", "staff"])


MEAN = "metrics: [{name: m, kind: mean, event_name: purchase}]\n"
METRICS = COLOUR[COLOUR.index("metrics") :]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (COLOUR + "holdouts: 0.1\n", "colour.yml line 8: holdouts: "),
        (COLOUR + "holdouts: 0.1\n", "remove it or use one of: assigned_by, control"),
        (
            COLOUR.replace("control: red", "control: green"),
            "line 5: control: Value error, 'green' is no variant: red, blue",
        ),
        (
            COLOUR + "starts_at: 2026-03-02\nends_at: 2026-03-01\n",
            "line 9: ends_at: Value error, it ends before it starts",
        ),
        (
            COLOUR.replace("red: 1,", "red: 0,"),
            "colour.yml line 4: variants.red: Input should be greater than 0",
        ),
        (COLOUR.replace("red: 1,", "red: .inf,"), "line 4: variants.red: Input should be a finite number"),
        (COLOUR.replace(", blue: 3.5", ""), "line 4: variants: Dictionary should have at least 2 items"),
        (COLOUR.replace("red", "r.ed"), "line 4: variants.r.ed"),
        (
            COLOUR.replace("unit: customer", "unit: session"),
            "colour.yml line 3: unit: Input should be 'customer' or",
        ),
        (COLOUR.replace("hypothesis: Red sells.\n", ""), "hypothesis: Field required"),
        (COLOUR.replace(METRICS, "metrics: []\n"), "line 6: metrics: List should have at least 1 item"),
        (COLOUR.replace(METRICS, MEAN), "line 6: metrics.0: Value error, a mean needs a value"),
        (COLOUR.replace("kind: conversion", "kind: median"), "line 7: metrics.0.kind"),
        (
            COLOUR + "guardrails: [refunds]\n",
            "line 8: guardrails: Value error, 'refunds' is no metric: buyers",
        ),
        (COLOUR + METRICS.replace("metrics", "guardrails"), "the metric 'buyers' stands twice"),
        (
            COLOUR + "covariate: recency_days\n",
            "line 8: covariate: Value error, 'recency_days' is no figure from before: buyers, total_revenue",
        ),
        (COLOUR + "assigned_by: us\n", "line 8: assigned_by"),
        (
            COLOUR + "assigned_by: exposures\npolicy: thompson\n",
            "line 9: policy: Value error, the tool that assigns has the weights: leave policy out",
        ),
        (COLOUR + "policy: ship\n", "line 8: policy: Input should be 'rollout' or 'thompson'"),
        (COLOUR + "smallest_share: 0\n", "line 8: smallest_share: Input should be greater than 0"),
        (COLOUR + "holdout: 1\n", "line 8: holdout"),
        (
            COLOUR + "namespace: [mails, 0.5, 0.5]\n",
            "line 8: namespace: Value error, begins at 0 or later, before",
        ),
        (COLOUR + "namespace: [mails, 0]\n", "line 8: namespace"),
        (
            COLOUR + "starts_at: 20260601\n",
            "line 8: starts_at: Value error, write a date, such as 2026-06-01",
        ),
        (COLOUR + "ends_at: 9999-12-31T23:59:59-02:00\n", "line 8: ends_at: Value error, that is before"),
        (
            COLOUR.replace("red: 1,", "yes: 1,"),
            "line 4: variants: Value error, YAML reads a name as True; put it in",
        ),
        (COLOUR.replace("red: 1,", "red: yes,"), "line 4: variants.red: Input should be a valid number"),
    ],
)
def test_a_mistake_is_told_by_file_line_and_key(tmp_path, text, said):
    write(tmp_path, text)
    with pytest.raises(KindredError, match=re.escape(said)):
        load_experiments(tmp_path)


@pytest.mark.parametrize("name", ["colour.yaml", "2026/colour.yml"])
def test_a_file_that_nothing_would_read_is_refused(tmp_path, name):
    path = tmp_path / "experiments" / name
    path.parent.mkdir(parents=True)
    path.write_text(COLOUR)
    with pytest.raises(
        KindredError, match=f"{re.escape(name)} is read by nothing.*move it to .*experiments/colour.yml"
    ):
        load_experiments(tmp_path)


def test_two_files_are_no_one_experiment(tmp_path):
    write(tmp_path, COLOUR)
    write(tmp_path, "# again\n" + COLOUR, "other")
    with pytest.raises(KindredError, match=r"other.yml line 2: .*colour.yml is the experiment 'colour' too"):
        load_experiments(tmp_path)


def test_a_segment_that_there_is_not_stops_the_night_before_it_begins(tmp_path):
    write(tmp_path, COLOUR + "targeting: [high_value_customers, big_spendres]\n")
    with pytest.raises(
        KindredError, match="the experiment colour names the segment 'big_spendres', which there is"
    ):
        load_config_tables(tmp_path)


@pytest.mark.parametrize(
    ("experiment", "said"),
    [
        ("color", "experiment: there is no 'color'; experiments there are: colour"),
        ("colour", "experiment: colour assigns visitors, and an e-mail goes to customers"),
    ],
)
def test_a_template_whose_experiment_does_not_fit_stops_the_night_too(tmp_path, experiment, said):
    write(tmp_path, COLOUR.replace("unit: customer", "unit: visitor"))
    folder = tmp_path / "templates" / "win_back"
    folder.mkdir(parents=True)
    (folder / "template.yml").write_text(f"kind: email\nexperiment: {experiment}\n")
    with pytest.raises(KindredError, match=f"templates/win_back/template.yml line 1: {said}"):
        check_campaigns(tmp_path, [])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_what_a_file_may_say(path):
    schema = json.loads((PROJECT / "config" / "schemas" / "experiment.json").read_text())
    jsonschema.validate(json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str)), schema)
    assert path.stem in load_experiments(path.parents[1])
