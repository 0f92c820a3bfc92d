"""Weights of the Fellegi-Sunter model of record linkage, learned from unlabelled pairs by expectation maximization.

Belongs here: the estimation, from counts of patterns. A pattern packs the level of each field of a pair into one
integer. Comparing records, and scoring with the weights, belongs to whoever has the records.

Sources: Fellegi & Sunter, "A Theory for Record Linkage" (JASA 1969); Winkler, "Using the EM Algorithm for Weight
Computation in the Fellegi-Sunter Model of Record Linkage" (1988). Two things differ. Beside matches and strangers
there is a third class, two persons of one household, who share a surname, an address or a telephone: with two classes
they are taken for matches wherever many fields are the household's. And the shares among strangers come from pairs
drawn at random, less those of them that match, not from pairs that blocking chose to be alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_ROUNDS = 500
TOLERANCE = 1e-4
"""Rounds end once no share among matches moves by more."""
UNSEEN = {"match": 0.02, "household": 0.02, "other": 0.3}
"""Pairs that each level of a field is credited with, so that what was never seen is unlikely and not impossible."""
SHARE_OF_HOUSEHOLDS = 0.1
"""Pairs of one household for each match, to begin with."""


@dataclass(frozen=True)
class Field:
    """One compared field. Level 0 means that a record lacks it; `levels` - 1 is the most alike.

    multiplier: of the field's level in a pattern; radix: levels + 1. is_of_household: people of one household agree on
    it more often than strangers. twins: share of people of one household who have the most alike level all the same.
    """

    name: str
    levels: int
    multiplier: int
    is_of_household: bool
    twins: float = 0.0

    @property
    def radix(self) -> int:
        """How many values the level takes, missing included."""
        return self.levels + 1


@dataclass(frozen=True)
class PairCounts:
    """Distinct patterns and how many pairs show each; both of length n."""

    patterns: IntArray
    pairs: FloatArray


@dataclass
class MatchModel:
    """Shares of pairs by class, and of levels within each class.

    match_share, household_share: of all pairs of records. shares: class ("match", "household", "other") -> one array a
    field, [radix]; the entry of level 0 is 1, since a missing field says nothing.
    """

    fields: Sequence[Field]
    match_share: float
    household_share: float
    shares: dict[str, list[FloatArray]]

    def log_likelihoods(self, patterns: IntArray) -> dict[str, FloatArray]:
        """Class -> natural logarithm of its share times the pattern's probability in it; [n] each."""
        priors = {
            "match": self.match_share,
            "household": self.household_share,
            "other": 1 - self.match_share - self.household_share,
        }
        sums = {name: np.full(len(patterns), np.log(max(share, 1e-300))) for name, share in priors.items()}
        for number, field in enumerate(self.fields):
            levels = levels_of(field, patterns)
            for name, shares in self.shares.items():
                sums[name] += np.log(shares[number][levels])
        return sums

    def posteriors(self, patterns: IntArray) -> dict[str, FloatArray]:
        """Class -> probability that a pair of this pattern is of it; [n] each, the classes sum to 1."""
        logs = self.log_likelihoods(patterns)
        total = np.logaddexp.reduce(list(logs.values()))
        return {name: np.exp(values - total) for name, values in logs.items()}

    def weights(self, patterns: IntArray) -> FloatArray:
        """Match weights in bits, [n]: log2 of the odds that a pair of this pattern is a match."""
        logs = self.log_likelihoods(patterns)
        return (logs["match"] - np.logaddexp(logs["household"], logs["other"])) / np.log(2)


def levels_of(field: Field, patterns: IntArray) -> IntArray:
    """The field's level in each pattern, [n]."""
    return patterns // field.multiplier % field.radix


def estimate(fields: Sequence[Field], blocked: PairCounts, sampled: PairCounts, records: int) -> MatchModel:
    """Fit the model to the pairs that blocking found and to pairs drawn at random.

    records: how many records the pairs are of. Pairs that blocking did not find count as strangers. With no blocked
    pairs the model says that nobody matches.
    """
    all_pairs = max(records * (records - 1) / 2, 1.0)
    model = _begin(fields, sampled, records / all_pairs)
    if not blocked.pairs.sum():
        model.match_share = model.household_share = 0.0
        return model
    for _ in range(MOST_ROUNDS):
        found, drawn = model.posteriors(blocked.patterns), model.posteriors(sampled.patterns)
        before = model.shares["match"]
        model.match_share = float((found["match"] * blocked.pairs).sum() / all_pairs)
        model.household_share = float((found["household"] * blocked.pairs).sum() / all_pairs)
        model.shares = _shares(fields, blocked, found, sampled, drawn)
        if (
            max(np.abs(now - then).max() for now, then in zip(model.shares["match"], before, strict=True))
            < TOLERANCE
        ):
            break
    return model


def _begin(fields: Sequence[Field], sampled: PairCounts, matches_a_pair: float) -> MatchModel:
    """Where the search starts: among matches, the more alike a level the likelier."""
    alike = [
        _normalized(np.arange(-1, field.levels) ** 2 / max(field.levels - 1, 1) ** 2 + 0.02, 0)
        for field in fields
    ]
    everyone = {name: np.ones(len(sampled.patterns)) for name in ("match", "household", "other")}
    shares = _shares(fields, sampled, everyone, sampled, everyone)
    household = [
        a if field.is_of_household else h
        for field, a, h in zip(fields, alike, shares["household"], strict=True)
    ]
    match_share = min(0.3 * matches_a_pair, 0.01)
    return MatchModel(
        fields,
        match_share,
        match_share * SHARE_OF_HOUSEHOLDS,
        {"match": alike, "household": household, "other": shares["other"]},
    )


def _shares(
    fields: Sequence[Field],
    blocked: PairCounts,
    found: dict[str, FloatArray],
    sampled: PairCounts,
    drawn: dict[str, FloatArray],
) -> dict[str, list[FloatArray]]:
    shares: dict[str, list[FloatArray]] = {"match": [], "household": [], "other": []}
    for field in fields:
        match = _tally(field, blocked, found["match"], UNSEEN["match"])
        other = _tally(field, sampled, drawn["other"], UNSEEN["other"])
        if field.is_of_household:
            household = _tally(field, blocked, found["household"], UNSEEN["household"])
        else:
            household = (1 - field.twins) * other
            household[-1] += field.twins
            household[0] = 1
        for name, values in (("match", match), ("household", household), ("other", other)):
            shares[name].append(values)
    return shares


def _tally(field: Field, counts: PairCounts, belongs: FloatArray, unseen: float) -> FloatArray:
    levels = levels_of(field, counts.patterns)
    return _normalized(np.bincount(levels, weights=belongs * counts.pairs, minlength=field.radix), unseen)


def _normalized(values: FloatArray, unseen: float) -> FloatArray:
    """Shares of the levels from 1 on, where a field that no pair has says nothing."""
    shares = np.ones(len(values))
    seen = values[1:].sum()
    shares[1:] = (values[1:] + unseen) / (values[1:] + unseen).sum() if seen > 0 else 1 / (len(values) - 1)
    return shares
