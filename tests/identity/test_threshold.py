"""The threshold is the lowest that keeps the wanted precision, whatever the counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models_ml.identity.match_weights import Field, MatchModel, PairCounts
from models_ml.identity.threshold import STEP, choose_threshold

FIELDS = [Field("name", 4, 1, is_of_household=False), Field("surname", 3, 5, is_of_household=True)]
PATTERNS = np.arange(20)
SHARES = st.floats(min_value=0.01, max_value=1)


@st.composite
def models(draw: st.DrawFn) -> MatchModel:
    """Any shares of classes and levels."""
    match, household = draw(st.floats(1e-4, 0.5)), draw(st.floats(0, 0.3))
    shares: dict[str, list] = {}
    for kind in ("match", "household", "other"):
        rows = [np.array(draw(st.lists(SHARES, min_size=f.levels, max_size=f.levels))) for f in FIELDS]
        shares[kind] = [np.concatenate([[1.0], row / row.sum()]) for row in rows]
    return MatchModel(FIELDS, match, household, shares)


counts = st.lists(st.integers(1, 10_000), min_size=20, max_size=20).map(
    lambda pairs: PairCounts(PATTERNS, np.array(pairs, dtype=np.float64))
)
targets = st.floats(0.5, 0.9999)


def precision_from(model: MatchModel, blocked: PairCounts, bits: float) -> float:
    """Expected share of matches among pairs of at least so much weight; 1 where there are none."""
    accepted = model.weights(blocked.patterns) >= bits
    matches = model.posteriors(blocked.patterns)["match"] * blocked.pairs
    return matches[accepted].sum() / blocked.pairs[accepted].sum() if accepted.any() else 1.0


# patterns without a surname weigh a little less than nothing by rounding alone, so that 0 bits leave them out
_SURNAME = {
    "match": [1, 1 / 3, 1 / 3, 1 / 3],
    "household": [1, 1 / 3, 1 / 3, 1 / 3],
    "other": [1, 0.4, 0.4, 0.2],
}
_NEARLY_EVEN = MatchModel(
    FIELDS,
    0.49999999999999994,
    0.0,
    {kind: [np.array([1, 0.25, 0.25, 0.25, 0.25]), np.array(shares)] for kind, shares in _SURNAME.items()},
)


@settings(deadline=None)
@given(models(), counts, targets)
@example(_NEARLY_EVEN, PairCounts(PATTERNS, np.ones(20)), 0.5)
def test_the_precision_is_reached_and_no_lower_weight_reaches_it(model, blocked, target):
    chosen = choose_threshold(model, blocked, target)
    # sums of the same shares in another order differ in their last digits, which are no weights of their own
    weights = np.unique(np.round(model.weights(blocked.patterns) / STEP)) * STEP - STEP / 2
    assert chosen.bits >= 0
    assert chosen.precision == pytest.approx(precision_from(model, blocked, chosen.bits))
    reaching = [bits for bits in weights if precision_from(model, blocked, bits) >= target + 1e-9]
    if reaching:
        assert chosen.precision >= target - 1e-9
        assert chosen.bits <= max(0, min(reaching))
    elif all(precision_from(model, blocked, bits) < target - 1e-9 for bits in weights):
        assert chosen.recall == 0


@settings(deadline=None)
@given(models(), counts, targets, targets)
def test_more_precision_is_never_a_lower_threshold_nor_more_recall(model, blocked, one, other):
    low, high = (choose_threshold(model, blocked, target) for target in sorted((one, other)))
    assert high.bits >= low.bits
    assert high.recall <= low.recall + 1e-12


@settings(deadline=None)
@given(models(), counts, targets, st.permutations(range(20)))
def test_the_order_of_patterns_is_nothing_to_it(model, blocked, target, order):
    shuffled = PairCounts(blocked.patterns[order], blocked.pairs[order])
    one, other = choose_threshold(model, blocked, target), choose_threshold(model, shuffled, target)
    assert (one.bits, one.precision, one.recall) == pytest.approx((other.bits, other.precision, other.recall))


@settings(deadline=None)
@given(models(), counts, targets)
def test_a_probability_in_place_of_a_target_is_its_odds_in_bits(model, blocked, target):
    assert choose_threshold(model, blocked, target, match_probability=0.8).bits == pytest.approx(2)
    assert choose_threshold(model, blocked, target, match_probability=0.5).bits == 0


def test_pairs_of_one_weight_are_accepted_together_or_not_at_all():
    # a name says nothing here, so patterns that differ in it alone weigh the same: 14 bits and 1 for the surname
    even = np.array([1, 0.25, 0.25, 0.25, 0.25])
    surname = {
        "match": [1, 0.01, 0.2, 0.79],
        "household": [1, 0.98, 0.01, 0.01],
        "other": [1, 0.9, 0.0999, 0.0001],
    }
    model = MatchModel(FIELDS, 0.5, 0.0, {kind: [even, np.array(shares)] for kind, shares in surname.items()})
    blocked = PairCounts(np.array([15, 10, 11, 12]), np.array([100.0, 10, 10, 1000]))
    likely, unsure = 0.79 / 0.7901, 0.2 / 0.2999
    chosen = choose_threshold(model, blocked, target_precision=0.95)
    # with the ten of pattern 10 alone it would be reached: (100 likely + 10 unsure) / 110
    assert (100 * likely + 10 * unsure) / 110 > 0.95
    assert chosen.bits == pytest.approx(np.log2(likely / (1 - likely)), abs=1e-5)
    assert chosen.precision == pytest.approx(likely)


def test_without_pairs_nothing_is_wrong_and_nothing_missed():
    shares = {kind: [np.ones(f.radix) / f.levels for f in FIELDS] for kind in ("match", "household", "other")}
    nothing = PairCounts(np.array([], np.int64), np.array([]))
    chosen = choose_threshold(MatchModel(FIELDS, 0.1, 0.1, shares), nothing, 0.98)
    assert (chosen.bits, chosen.precision, chosen.recall) == (pytest.approx(0, abs=1e-6), 1, 1)
