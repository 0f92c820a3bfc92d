"""Experiments: what to do with each variant and why, whether shares are right, effects by metric, segment and day.

Here belongs SQL over what the night read out, and what of it is of too few people to tell. What is drawn is
effects.py's, words and marks those of templates/.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from dagster_project.lib.publication.report.effects import compare_effects, follow_days
from dagster_project.lib.publication.report.experiment_weights import read_weights, tell_weights
from dagster_project.lib.publication.report.factors import FIGURES, describe_factors, hide_with_variants
from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import is_small, tell, tell_share

_DECISIONS, _VARIANTS = "experiments.decisions", "experiments.variants"
_RESULTS, _TIMELINES = "experiments.results", "experiments.timelines"
_UNDECLARED = "quality.undeclared_experiments"
_MISMATCH = 0.001


def read_experiments(reader: Reader) -> list[Row]:
    """One row an experiment: its decisions, variants, effects for everybody and by segment, and days, by its name.

    What is of fewer people than may be told has None for its figures, and no place in a drawing.
    """
    decisions = reader.rows(
        f"select * from {_DECISIONS} order by experiment_id, effect_of <> 'level', variant_id", [_DECISIONS]
    )
    variants = _by_experiment(reader.rows(
        f"select * from {_VARIANTS} order by experiment_id, is_control desc, variant_id", [_VARIANTS]
    ))  # fmt: skip
    results = _by_experiment(reader.rows(
        f"""
        select s.*, b.chance_to_beat as chance from {_RESULTS} as s
        left join {_RESULTS} as b on b.experiment_id = s.experiment_id and b.metric = s.metric
            and b.variant_id = s.variant_id and b.segment = s.segment and b.test = 'bayesian'
        where s.test = 'sequential'
        order by s.experiment_id, s.is_guardrail, s.metric, s.variant_id, s.units desc, s.segment
        """,
        [_RESULTS],
    ))  # fmt: skip
    days = _by_experiment(
        reader.rows(
            f"select * from {_TIMELINES} order by experiment_id, variant_id, exposed_date", [_TIMELINES]
        )
    )
    weights = read_weights(reader)
    return [
        _describe(name, list(rows), variants.get(name, []), results.get(name, []), days.get(name, []))
        | _describe_weights(weights.get(name, []), results.get(name, []))
        for name, rows in groupby(decisions, lambda row: row["experiment_id"])
    ]


def _describe_weights(sets: list[Row], results: list[Row]) -> Row:
    """What a policy says is of all metrics that may decide."""
    everybody = [_tell_effect(row) for row in results if row["segment"] == "all"]
    is_hidden = not everybody or any(row["is_hidden"] for row in everybody)
    return {
        "weights": tell_weights(sets, is_hidden=is_hidden),
        "unmatched": {
            row["variant_id"]: row["unmatched_units"]
            for row in everybody
            if row["unmatched_units"] and tell(row["unmatched_units"]) is not None
        },
        "has_moved": any(row["weight_epochs"] > 1 for row in everybody),
    }


def read_undeclared(reader: Reader) -> list[Row]:
    """Experiments of which exposures arrived, and no file says what is to be measured: name and exposures."""
    return reader.rows(f"select experiment_id, exposures from {_UNDECLARED} order by 1", [_UNDECLARED])


def _by_experiment(rows: Iterable[Row]) -> dict[str, list[Row]]:
    return {name: list(group) for name, group in groupby(rows, lambda row: row["experiment_id"])}


def _describe(
    name: str, decisions: list[Row], variants: list[Row], results: list[Row], days: list[Row]
) -> Row:
    goal = decisions[0]["metric"]
    ratios = [row["sample_ratio_p_value"] for row in decisions if row["sample_ratio_p_value"] is not None]
    ratio = min(ratios, default=None)
    told = hide_with_variants([_tell_effect(row) for row in results])
    everybody = [row for row in told if row["segment"] == "all"]
    everybody.sort(key=lambda row: (row["is_guardrail"], row["metric"] != goal))
    has_factors = any(row["effect_of"] == "level" for row in decisions)
    by_segment = "level" if has_factors else "variant"
    goals = {row["variant_id"]: row for row in everybody if row["metric"] == goal}
    units = sum(variant["units"] for variant in variants)
    return {
        "name": name,
        "hypothesis": decisions[0]["hypothesis"],
        "goal": goal,
        "is_ended": decisions[0]["is_ended"],
        "ends_at": decisions[0]["ends_at"],
        "source": variants[0]["exposure_source"] if variants else "",
        "decisions": [_tell_decision(row, goals.get(row["variant_id"])) for row in decisions],
        "ratio": ratio,
        "is_mismatch": ratio is not None and ratio < _MISMATCH,
        "variants": [
            variant
            | {
                "units": tell(variant["units"]),
                "expected": None if is_small(units) else variant["expected_units"],
            }
            | {"excluded_units": tell(variant["excluded_units"])}
            for variant in variants
        ],
        "has_excluded": any(variant["excluded_units"] for variant in variants),
        "effects": compare_effects([row for row in everybody if row["effect_of"] == "variant"]),
        "factors": describe_factors(everybody, goal) if has_factors else None,
        "segments": [
            row
            for row in told
            if row["segment"] != "all" and row["metric"] == goal and row["effect_of"] == by_segment
        ],
        "days": [
            follow_days(
                variant, goals.get(variant, {}).get("kind"), [day for day in group if not _is_few(day)]
            )
            for variant, group in groupby(days, lambda day: day["variant_id"])
        ],
        "is_complete": all(row["is_complete"] for row in everybody),
    }


def _is_few(row: Row) -> bool:
    """Whether either side is of so few people that their figures are theirs."""
    return (
        min(row["units"], row["control_units"]) < 1
        or is_small(row["units"])
        or is_small(row["control_units"])
    )


def _tell_effect(row: Row) -> dict[str, Any]:
    """The row without its figures where one of its two groups, or of its converted or others, is too small."""
    are_shares = row["kind"] == "conversion" and row["effect_of"] != "interaction"
    is_hidden = _is_few(row) or (are_shares and not _are_shares_told(row))
    hidden = dict.fromkeys(FIGURES) if is_hidden else {}
    counts = {"units": tell(row["units"]), "control_units": tell(row["control_units"])}
    return row | counts | hidden | {"is_hidden": is_hidden}


def _are_shares_told(row: Row) -> bool:
    # a covariate moves shares a little, so that they are no whole number of people
    arms = ((row["mean"], row["units"]), (row["control_mean"], row["control_units"]))
    return all(
        share is not None and tell_share(round(share * units) / units, units) is not None
        for share, units in arms
    )


def _tell_decision(row: Row, goal: Row | None) -> Row:
    """The decision with the goal's row; its reason quotes figures of the goal or of a guardrail."""
    return row | {"is_hidden": goal is not None and goal["is_hidden"], "goal": goal}
