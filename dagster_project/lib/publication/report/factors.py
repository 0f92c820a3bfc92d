"""Experiments with factors: what each level does by itself, and whether factors hang on each other.

Here belongs what of it may be told, and how names of results come apart into factors and levels. Which rows there are
is read by experiments.py, and words are those of templates/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.lib.publication.report.effects import compare_effects
from dagster_project.lib.publication.report.reader import Row

FIGURES = ("mean", "control_mean", "absolute_effect", "ci_low", "ci_high", "chance")


def split_levels(name: str) -> dict[str, str]:
    """Return factor -> level of a name in results.

    >>> split_levels("subject=person:image=large")
    {'subject': 'person', 'image': 'large'}
    """
    return dict(part.split("=", 1) for part in name.split(":"))


def hide_with_variants(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with those of levels and interactions hidden where one of the variants is.

    From a mean over variants and all of them but one, that one could be told.
    """
    hidden = {
        (row["metric"], row["segment"]) for row in rows if row["effect_of"] == "variant" and row["is_hidden"]
    }
    return [
        row | dict.fromkeys(FIGURES) | {"is_hidden": True}
        if row["effect_of"] != "variant" and (row["metric"], row["segment"]) in hidden
        else row
        for row in rows
    ]


def describe_factors(rows: Sequence[Row], goal: str) -> dict[str, Any]:
    """Return the effects of levels as compare_effects does, and what is said of the goal: by level, and by interaction.

    rows: of everybody, in their order on the page. A row of what is said has factor, level and control, and `others`
    that it is a mean over; of an interaction other, other_level and other_control as well. direction: 1, -1, or 0 where
    the interval holds 0; None where nothing may be told or is known.
    """
    levels = [row for row in rows if row["effect_of"] == "level"]
    factors = list(dict.fromkeys(factor for row in levels for factor in split_levels(row["variant_id"])))
    return {
        "levels": compare_effects(levels),
        "said": [_say_level(row, factors) for row in levels if row["metric"] == goal],
        "interactions": [
            _say_interaction(row)
            for row in rows
            if row["effect_of"] == "interaction" and row["metric"] == goal
        ],
    }


def _say_level(row: Row, factors: Sequence[str]) -> Row:
    ((factor, level),) = split_levels(row["variant_id"]).items()
    others = [other for other in factors if other != factor]
    control = split_levels(row["control_variant_id"])[factor]
    told = {"factor": factor, "level": level, "control": control, "others": others}
    return row | told | {"direction": _direction(row)}


def _say_interaction(row: Row) -> Row:
    """The name of its control has the first factor's level too, and the second's control level."""
    (factor, level), (other, other_level) = split_levels(row["variant_id"]).items()
    other_control = split_levels(row["control_variant_id"])[other]
    told = {"factor": factor, "level": level, "other": other, "other_level": other_level}
    return row | told | {"other_control": other_control, "direction": _direction(row)}


def _direction(row: Row) -> int | None:
    if row["ci_low"] is None or row["ci_high"] is None:
        return None
    return (row["ci_low"] > 0) - (row["ci_high"] < 0)
