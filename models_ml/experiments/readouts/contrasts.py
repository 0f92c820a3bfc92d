"""Contrasts: which means of a factorial experiment's variants are set against which, and how each counts.

A variant is a cell: one level of every factor. Here belong coefficients; means and errors are made of them in cells.py.

Sources: Box, Hunter and Hunter 2005, "Statistics for Experimenters", chapter 5, for main effects and interactions as
differences of means of cells; Imbens and Rubin 2015, "Causal Inference for Statistics, Social, and Biomedical
Sciences", chapter 9, for differences within strata that are weighted by shares known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import Literal

from models_ml.experiments.factors import Factors, Levels, combine_levels


@dataclass(frozen=True)
class Design:
    """What was declared of factors. ValueError where it does not fit together.

    factors: factor -> level -> weight. control: factor -> the level that the others are compared with.
    """

    factors: Factors
    control: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.factors or any(len(levels) < 2 for levels in self.factors.values()):
            raise ValueError("a factor has two levels or more, and an experiment one factor or more")
        if not all(weight > 0 for levels in self.factors.values() for weight in levels.values()):
            raise ValueError("weights are positive numbers")
        if self.control.keys() != self.factors.keys() or any(
            level not in self.factors[factor] for factor, level in self.control.items()
        ):
            raise ValueError("the control names a level of each factor")

    def treatments(self, factor: str) -> list[str]:
        """The levels that are compared with the control level."""
        return [level for level in self.factors[factor] if level != self.control[factor]]

    def share(self, levels: Mapping[str, str], factors: Iterable[str]) -> float:
        """Declared share of the units that have these levels of the factors, all of which `levels` names."""
        return prod(
            self.factors[factor][levels[factor]] / sum(self.factors[factor].values()) for factor in factors
        )


@dataclass(frozen=True)
class Contrast:
    """Two weighted sums of cells' means, of which the difference is the effect.

    variant_id, control_variant_id: how results call the two. treatment, control: variant -> coefficient. Of a level the
    coefficients of each sum to 1, and the cells of both stand in the same order of the other factors' levels; of an
    interaction either is itself a difference of means, and they sum to 0.
    """

    effect_of: Literal["level", "interaction"]
    factors: tuple[str, ...]
    variant_id: str
    control_variant_id: str
    treatment: Mapping[str, float]
    control: Mapping[str, float]

    @property
    def coefficients(self) -> dict[str, float]:
        """Variant -> coefficient in the effect."""
        return {**self.treatment, **{variant: -weight for variant, weight in self.control.items()}}


def name_levels(levels: Mapping[str, str]) -> str:
    """Return how results call levels of some factors, which no variant's name can be.

    >>> name_levels({"subject": "person", "image": "large"})
    'subject=person:image=large'
    """
    return ":".join(f"{factor}={level}" for factor, level in levels.items())


def weigh_cells(design: Design, levels: Mapping[str, str]) -> dict[str, float]:
    """Return the variants that have these levels, each with the declared share of its other levels; they sum to 1.

    Shares are the declared ones, not those of the units that came: where chance gave two levels other shares of another
    factor's, sums over cells would mix that factor's effect into the difference.
    """
    others = [factor for factor in design.factors if factor not in levels]
    return {
        variant: design.share(cell, others)
        for variant, cell in combine_levels(design.factors).items()
        if levels.items() <= cell.items()
    }


def list_levels(design: Design, factor: str) -> list[Contrast]:
    """Return the main effect of each level of a factor: its mean less the control level's, others as declared."""
    control = {factor: design.control[factor]}
    return [
        Contrast(
            "level",
            (factor,),
            name_levels({factor: level}),
            name_levels(control),
            weigh_cells(design, {factor: level}),
            weigh_cells(design, control),
        )
        for level in design.treatments(factor)
    ]


def list_interactions(design: Design) -> list[Contrast]:
    """Return, of two factors and their levels, how much larger the first's effect is with the second's level.

        effect = (mean(a, b) - mean(a0, b)) - (mean(a, b0) - mean(a0, b0))

    with a0 and b0 the control levels, and each mean over the other factors as declared. It is the same whichever of the
    two factors is the first.
    """
    return [
        Contrast(
            "interaction",
            (first, second),
            name_levels({first: level, second: other}),
            name_levels({first: level, second: design.control[second]}),
            _effect_within(design, {first: level}, {second: other}),
            _effect_within(design, {first: level}, {second: design.control[second]}),
        )
        for first, second in combinations(design.factors, 2)
        for level in design.treatments(first)
        for other in design.treatments(second)
    ]


def _effect_within(design: Design, level: Levels, within: Levels) -> dict[str, float]:
    """Coefficients of the effect of one factor's level among the units that have a level of another."""
    ((factor, _),) = level.items()
    ours = weigh_cells(design, level | within)
    theirs = weigh_cells(design, {factor: design.control[factor]} | within)
    return ours | {variant: -weight for variant, weight in theirs.items()}
