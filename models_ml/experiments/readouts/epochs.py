"""Epochs: units grouped by the shares under which they were assigned, and sums as if shares had never moved.

Variants whose shares moved have units of different days, so that a metric which rises by itself tells them apart.
Within one set of shares the lot alone decides; so variants are compared there, and what is found is combined. Nothing
but sums is made here: all statistics go on from them as from those of an experiment whose shares stood still.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models_ml.experiments.readouts.estimates import FEWEST_UNITS, covary
from models_ml.experiments.readouts.plan import Key, Totals

Array = np.ndarray[Any, Any]
Arms = Mapping[str, Totals]
"""Variant -> its sums, of one metric and segment."""
NOBODY = Totals(0, 0, 0)
_PAIRS = ((0, 0), (1, 1), (0, 1), (2, 2), (0, 2))
"""Which of y, d and x each of the products in Totals is of."""


@dataclass(frozen=True)
class Epoch:
    """Units that were assigned under the same shares.

    shares: variant -> its share then, of any sum; one that is missing was given to nobody. totals: as read_out takes
    them, of these units alone.
    """

    shares: Mapping[str, float]
    totals: Mapping[Key, Totals]


def arms_by_epoch(
    epochs: Iterable[Epoch], metric: str, segment: str, variants: Sequence[str]
) -> list[dict[str, Totals]]:
    """Return the sums of each epoch that has a unit of these variants; of one without units where none has."""
    all_arms = [
        {variant: epoch.totals.get((metric, segment, variant), NOBODY) for variant in variants}
        for epoch in epochs
    ]
    return [arms for arms in all_arms if any(one.units for one in arms.values())] or [
        dict.fromkeys(variants, NOBODY)
    ]


def count_unmatched(strata: Sequence[Arms], variants: Sequence[str]) -> int:
    """Return how many units of these variants came in epochs in which another of them had none."""
    counts = [[arms[variant].units for variant in variants] for arms in strata]
    return sum(sum(units) for units in counts if not all(units))


def standardize(strata: Sequence[Arms], variants: Sequence[str], *, is_share: bool) -> dict[str, Totals]:
    """Return sums of each variant whose mean, and variance of the mean, are those of the combined epochs.

        mean = sum over epochs of w * mean in the epoch,   w ~ 1 / (sum over variants of 1 / units in the epoch)
        variance of the mean = sum over epochs of w^2 * variance in the epoch / units in the epoch

    w is the same for all variants, so that what an epoch adds to every unit's value falls out of their difference; of
    two variants it weighs by units where shares are alike, and an epoch counts less the fewer units its smaller variant
    has, with which the variance is least if the effect is the same in all. Epochs without a unit of some variant count
    for nothing; of a single unit the variance is that of the variant's others. Where one epoch is left, its sums are
    returned as they are.

    strata: an epoch each. is_share: whether y is 0 or 1; its units are then so many that a share of them varies as
    much, and never more than there are.

    Sources: Mantel and Haenszel 1959, "Statistical aspects of the analysis of data from retrospective studies of
    disease", whose weights these are; Cochran 1954, "Some methods for strengthening the common chi-square tests",
    section 5, for differences; Korn and Graubard 1998, "Confidence intervals for proportions with small expected number
    of positive counts estimated from survey data", for the units of a share.
    """
    matched = [arms for arms in strata if all(arms[variant].units for variant in variants)]
    if len(strata) == 1 or len(matched) == 1:
        return {variant: (matched or strata)[0][variant] for variant in variants}
    if not matched:
        return dict.fromkeys(variants, NOBODY)
    weights = np.array([1 / sum(1 / arms[variant].units for variant in variants) for arms in matched])
    weights /= weights.sum()
    pooled = _pool([arms[variant] for arms in matched for variant in variants])
    return {
        variant: _combine([arms[variant] for arms in matched], weights, pooled, is_share=is_share)
        for variant in variants
    }


def _combine(cells: Sequence[Totals], weights: Array, pooled: Array | None, *, is_share: bool) -> Totals:
    units = np.array([cell.units for cell in cells])
    means = np.array([_sums(cell) for cell in cells]) / units[:, None]
    spread = _pool(cells)
    # a lone unit tells nothing of how its variant varies; where all are alone, the other variants must do
    stand_in = pooled if spread is None else spread
    if stand_in is None:
        return _as_totals(1, weights @ means, np.zeros(len(_PAIRS)))
    spreads = np.array([stand_in if cell.units < FEWEST_UNITS else _spread(cell) for cell in cells])
    mean, variances = weights @ means, (weights**2 / units) @ spreads
    number = int(units.sum())
    if not is_share:
        return _as_totals(number, mean, variances)
    share, variance = float(mean[0]), float(variances[0])
    alike = 1 + share * (1 - share) / variance if variance > 0 else 1 / float(weights**2 @ (1 / units))
    totals = _as_totals(min(int(alike), number), mean, variances)
    return replace(totals, squares=totals.total)


def _as_totals(units: int, mean: Array, variances: Array) -> Totals:
    """The sums of so many units with these means and variances and covariances of the means."""
    y, d, x = (mean * units).tolist()
    products = [
        (units - 1) * units * float(variance) + units * float(mean[one] * mean[other])
        for variance, (one, other) in zip(variances, _PAIRS, strict=True)
    ]
    yy, dd, yd, xx, yx = products
    return Totals(units, y, yy, d, dd, yd, x, xx, yx)


def _pool(cells: Iterable[Totals]) -> Array | None:
    """Variances and covariances within cells; None where no cell has two units."""
    enough = [cell for cell in cells if cell.units >= FEWEST_UNITS]
    if not enough:
        return None
    freedom = np.array([cell.units - 1 for cell in enough])
    return freedom @ np.array([_spread(cell) for cell in enough]) / freedom.sum()


def _spread(cell: Totals) -> Array:
    sums = _sums(cell)
    products = (
        cell.squares, cell.denominator_squares, cell.cross, cell.covariate_squares, cell.covariate_cross,
    )  # fmt: skip
    return np.array(
        [
            covary(cell.units, sums[one], sums[other], product)
            for product, (one, other) in zip(products, _PAIRS, strict=True)
        ]
    )


def _sums(cell: Totals) -> tuple[float, float, float]:
    return cell.total, cell.denominator_total, cell.covariate_total
