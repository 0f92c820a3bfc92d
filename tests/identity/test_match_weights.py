"""The shares that pairs were simulated with are found again from the counts of their patterns, without labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from models_ml.identity.match_weights import Field, MatchModel, PairCounts, estimate, levels_of

RECORDS = 5_000
ALL_PAIRS = RECORDS * (RECORDS - 1) // 2
MATCHES, HOUSEHOLDS, RANDOM = 4_000, 2_000, 500_000
FIELDS = [
    Field("name", 4, 1, is_of_household=False),
    Field("surname", 3, 5, is_of_household=True),
    Field("birth_date", 3, 20, is_of_household=False, twins=0.02),
    Field("address", 3, 80, is_of_household=True),
    Field("phone", 2, 320, is_of_household=True),
]
MISSING = {"name": 0.0, "surname": 0.0, "birth_date": 0.2, "address": 0.1, "phone": 0.2}
OTHERS = {
    "name": [0.88, 0.08, 0.03, 0.01],
    "surname": [0.93, 0.06, 0.01],
    "birth_date": [0.9, 0.095, 0.005],
    "address": [0.88, 0.11, 0.01],
    "phone": [0.999, 0.001],
}
SHARES = {
    "match": {
        "name": [0.03, 0.07, 0.2, 0.7],
        "surname": [0.05, 0.15, 0.8],
        "birth_date": [0.02, 0.08, 0.9],
        "address": [0.2, 0.2, 0.6],
        "phone": [0.3, 0.7],
    },
    # twins: 2 in 100 were born on one day, and the others are as alike as strangers
    "household": {
        **OTHERS,
        "birth_date": [0.882, 0.0931, 0.0249],
        "surname": [0.05, 0.05, 0.9],
        "address": [0.02, 0.08, 0.9],
        "phone": [0.3, 0.7],
    },
    "other": OTHERS,
}


@dataclass(frozen=True)
class Pairs:
    """Every pattern there is, and by class how many pairs show it, and which of them share a value to be found by."""

    patterns: np.ndarray
    of: dict[str, np.ndarray]
    is_found: np.ndarray

    def blocked(self) -> PairCounts:
        pairs = np.sum(list(self.of.values()), axis=0) * self.is_found
        return PairCounts(self.patterns[pairs > 0], pairs[pairs > 0].astype(np.float64))


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    """All pairs of the records, by the shares."""
    random = np.random.default_rng(20_240_229)
    patterns = np.arange(int(np.prod([field.radix for field in FIELDS])))
    levels = {field.name: levels_of(field, patterns) for field in FIELDS}
    found = {"match": MATCHES, "household": HOUSEHOLDS, "other": ALL_PAIRS - MATCHES - HOUSEHOLDS}
    of = {}
    for kind, number in found.items():
        shares = np.ones(len(patterns))
        for name, missing in MISSING.items():
            shares *= np.concatenate([[missing], (1 - missing) * np.array(SHARES[kind][name])])[levels[name]]
        of[kind] = random.multinomial(number, shares / shares.sum())
    most_alike = [levels[field.name] == field.levels for field in FIELDS]
    return Pairs(patterns, of, np.any(most_alike, axis=0))


@pytest.fixture(scope="module")
def sampled(pairs) -> PairCounts:
    """Pairs drawn at random."""
    everything = np.sum(list(pairs.of.values()), axis=0)
    drawn = np.random.default_rng(7).multinomial(RANDOM, everything / everything.sum())
    return PairCounts(pairs.patterns[drawn > 0], drawn[drawn > 0].astype(np.float64))


@pytest.fixture(scope="module")
def model(pairs, sampled) -> MatchModel:
    return estimate(FIELDS, pairs.blocked(), sampled, RECORDS)


@pytest.fixture(scope="module")
def truth() -> MatchModel:
    """The model of one who knows the shares."""
    shares = {k: [np.array([1.0, *of[field.name]]) for field in FIELDS] for k, of in SHARES.items()}
    return MatchModel(FIELDS, MATCHES / ALL_PAIRS, HOUSEHOLDS / ALL_PAIRS, shares)


@pytest.mark.parametrize(("kind", "tolerance"), [("match", 0.02), ("other", 0.003)])
def test_the_share_of_each_level_is_found(model, kind, tolerance):
    for field, shares in zip(FIELDS, model.shares[kind], strict=True):
        assert shares[0] == 1, field.name
        np.testing.assert_allclose(shares[1:], SHARES[kind][field.name], atol=tolerance, err_msg=field.name)
    assert model.match_share * ALL_PAIRS == pytest.approx(MATCHES, rel=0.02)


def test_those_of_one_household_are_found_beside_matches(model):
    name, surname, birth_date, address, phone = model.shares["household"]
    np.testing.assert_allclose(name[1:], SHARES["household"]["name"], atol=0.003)
    np.testing.assert_allclose(birth_date[1:], SHARES["household"]["birth_date"], atol=0.003)
    assert surname[-1] == pytest.approx(0.9, abs=0.05)
    assert address[-1] == pytest.approx(0.9, abs=0.05)
    assert phone[-1] > 0.6
    assert HOUSEHOLDS / 2 < model.household_share * ALL_PAIRS < HOUSEHOLDS


def test_matches_are_told_from_others_as_well_as_by_one_who_knows_the_shares(model, truth, pairs):
    found, best = (
        {kind: there[known.weights(pairs.patterns) > 0].sum() for kind, there in pairs.of.items()}
        for known in (model, truth)
    )
    assert found["match"] > 0.98 * best["match"]
    assert found["household"] + found["other"] < 1.2 * (best["household"] + best["other"])


def test_a_household_is_no_match_however_much_of_it_is_the_same(model):
    same = {field.name: field.radix - 1 for field in FIELDS}
    siblings = {**same, "name": 1, "birth_date": 1}
    patterns = [sum(levels[field.name] * field.multiplier for field in FIELDS) for levels in (same, siblings)]
    one, two = model.weights(np.array(patterns))
    assert one > 10
    assert two < -3


def test_a_pairs_classes_add_up_to_one_and_its_weight_is_their_odds(model, pairs):
    classes = model.posteriors(pairs.patterns)
    np.testing.assert_allclose(sum(classes.values()), 1)
    odds = classes["match"] / (classes["household"] + classes["other"])
    np.testing.assert_allclose(np.exp2(model.weights(pairs.patterns)), odds, rtol=1e-6)


def test_a_field_that_no_pair_has_says_nothing(pairs, sampled):
    fields = [*FIELDS, Field("shoe_size", 3, 960, is_of_household=False)]
    model = estimate(fields, pairs.blocked(), sampled, RECORDS)
    for shares in model.shares.values():
        np.testing.assert_allclose(shares[-1], [1, 1 / 3, 1 / 3, 1 / 3])


def test_without_blocked_pairs_nobody_matches(pairs, sampled):
    model = estimate(FIELDS, PairCounts(np.array([], np.int64), np.array([])), sampled, RECORDS)
    assert (model.match_share, model.household_share) == (0, 0)
    assert (model.weights(pairs.patterns) < -100).all()


def test_a_single_record_has_no_pairs():
    nothing = PairCounts(np.array([], np.int64), np.array([]))
    assert estimate(FIELDS, nothing, nothing, 1).match_share == 0


def test_the_order_of_patterns_and_of_fields_is_nothing_to_the_model(pairs, sampled, model):
    blocked = pairs.blocked()
    order = np.random.default_rng(1).permutation(len(blocked.patterns))
    shuffled = PairCounts(blocked.patterns[order], blocked.pairs[order])
    turned = [FIELDS[number] for number in (3, 1, 4, 0, 2)]
    again = estimate(turned, shuffled, sampled, RECORDS)
    assert again.match_share == pytest.approx(model.match_share, rel=1e-9)
    for kind, shares in again.shares.items():
        for field, found in zip(turned, shares, strict=True):
            np.testing.assert_allclose(found, model.shares[kind][FIELDS.index(field)], rtol=1e-6)


def test_levels_are_read_from_a_pattern_by_their_multipliers():
    # 4 + 3 * 5 + 0 * 20 + 2 * 80 + 1 * 320
    assert [int(levels_of(field, np.array([499]))[0]) for field in FIELDS] == [4, 3, 0, 2, 1]
    assert replace(FIELDS[0], levels=7).radix == 8
