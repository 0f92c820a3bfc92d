"""The hash gives the numbers that GrowthBook publishes for every SDK to agree on."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from growthbook import Experiment as SdkExperiment
from growthbook import GrowthBook
from hypothesis import given
from hypothesis import strategies as st

from models_ml.experiments.assignment import assign_variants
from models_ml.experiments.buckets import NO_VARIANT, bucket_ranges, choose_variants
from models_ml.experiments.hashing import hash_units

# The cases "hash", "getBucketRange", "chooseVariation" and "inNamespace" of GrowthBook's published cases.json.
HASHES = [
    ("", "a", 1, 0.22),
    ("", "b", 1, 0.077),
    ("b", "a", 1, 0.946),
    ("ef", "d", 1, 0.652),
    ("asdf", "8952klfjas09ujk", 1, 0.549),
    ("", "123", 1, 0.011),
    ("", '___)((*":&', 1, 0.563),
    ("seed", "a", 2, 0.0505),
    ("seed", "b", 2, 0.2696),
    ("foo", "ab", 2, 0.2575),
    ("foo", "def", 2, 0.2019),
    ("89123klj", "8952klfjas09ujkasdf", 2, 0.124),
    ("90850943850283058242805", "123", 2, 0.7516),
    ("()**(%$##$%#$#", '___)((*":&', 2, 0.0128),
]
RANGES = [
    ([1, 1], [[0, 0.5], [0.5, 1]]),
    ([1, 1, 1, 1], [[0, 0.25], [0.25, 0.5], [0.5, 0.75], [0.75, 1]]),
    ([0.4, 0.6], [[0, 0.4], [0.4, 1]]),
    ([0.2, 0.3, 0.5], [[0, 0.2], [0.2, 0.5], [0.5, 1]]),
]
CHOICES = [
    ([0.2, 0.4, 0.6, 0.8, 0, 0.5], [[0, 0.5], [0.5, 1]], [0, 0, 1, 1, 0, 1]),
    ([0.2, 0.4, 0.6, 0.8, 0.25, 0.5], [[0, 0.25], [0.5, 0.75]], [0, -1, 1, -1, -1, 1]),
    ([0.5], [[0, 0.5], [0.5, 0.5], [0.5, 1]], [2]),
]
NAMESPACES = {
    ("namespace1", 0, 0.4): [],
    ("namespace1", 0.4, 1): ["1", "2", "3", "4"],
    ("namespace2", 0, 0.4): ["3", "4"],
    ("namespace2", 0.4, 1): ["1", "2"],
}


@pytest.mark.parametrize(("seed", "unit", "version", "expected"), HASHES)
def test_a_published_hash_is_found(seed, unit, version, expected):
    assert hash_units(seed, [unit], version).tolist() == [expected]


@pytest.mark.parametrize("version", [1, 2])
def test_many_units_are_hashed_as_each_alone(version):
    units = ["", "a", "8952klfjas09ujk", "é", "\U0001f600", "a" * 300]
    alone = [hash_units("seed", [unit], version)[0] for unit in units]
    assert hash_units("seed", units, version).tolist() == alone
    assert hash_units("seed", np.array(units, dtype=object), version).tolist() == alone
    assert hash_units("seed", [], version).shape == (0,)


@pytest.mark.parametrize(("weights", "expected"), RANGES)
def test_published_ranges_are_found_from_weights_of_any_sum(weights, expected):
    np.testing.assert_allclose(bucket_ranges(weights), expected)
    np.testing.assert_allclose(bucket_ranges([7 * weight for weight in weights]), expected)


def test_shares_that_sum_to_one_cut_where_an_sdk_cuts():
    hashes = np.arange(10_000) / 10_000
    ends = (0.2, 0.2 + 0.7)
    expected = np.where(hashes < ends[0], 0, np.where(hashes < ends[1], 1, 2))
    assert (choose_variants(hashes, bucket_ranges([0.2, 0.7, 0.1])) == expected).all()


def test_one_long_id_widens_no_other():
    units = [f"v{number}" for number in range(3_000)] + ["x" * 20_000, ""]
    alone = [hash_units("seed", [unit])[0] for unit in (units[0], units[2_999], units[3_000], units[3_001])]
    tracemalloc.start()
    together = hash_units("seed", units)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert together[[0, 2_999, 3_000, 3_001]].tolist() == alone
    assert most < 40_000_000, "as wide as the longest, all of them would take 240 million bytes"


@pytest.mark.parametrize("weights", [[], [1, 0], [1, -1], [1, float("nan")], [float("inf"), 1]])
def test_weights_are_positive_numbers(weights):
    with pytest.raises(ValueError, match="positive numbers"):
        bucket_ranges(weights)


@pytest.mark.parametrize(("hashes", "ranges", "expected"), CHOICES)
def test_a_published_choice_is_made(hashes, ranges, expected):
    assert choose_variants(np.array(hashes), np.array(ranges)).tolist() == expected


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_namespace_has_the_units_that_are_published(namespace):
    units = ["1", "2", "3", "4"]
    assigned = assign_variants("any", units, [1, 1], namespace=namespace)
    inside = [unit for unit, variant in zip(units, assigned, strict=True) if variant != NO_VARIANT]
    assert inside == NAMESPACES[namespace]


UNITS = [f"customer {number}" for number in range(5_000)]


@given(
    st.text(min_size=1, max_size=20), st.lists(st.floats(0.1, 10), min_size=2, max_size=5), st.floats(0, 0.5)
)
def test_shares_are_near_the_weights_and_the_holdout_takes_from_all_alike(experiment_id, weights, holdout):
    assigned = assign_variants(experiment_id, UNITS, weights, holdout=holdout)
    counts = np.bincount(assigned[assigned != NO_VARIANT], minlength=len(weights))
    shares = np.array(weights) / sum(weights) * (1 - holdout)
    errors = np.sqrt(shares * (1 - shares) / len(UNITS))
    assert np.all(np.abs(counts / len(UNITS) - shares) < 6 * errors + 1e-3)


@given(st.lists(st.text(max_size=12), max_size=20), st.lists(st.floats(0.1, 10), min_size=2, max_size=4))
def test_who_gets_what_depends_on_the_unit_alone(units, weights):
    assigned = assign_variants("one", units, weights)
    backwards = assign_variants("one", units[::-1], weights)
    assert assigned.tolist() == backwards[::-1].tolist()
    assert set(assigned.tolist()) <= set(range(len(weights)))


def test_experiments_draw_apart():
    one, other = (assign_variants(name, UNITS, [1, 1]) for name in ("one", "other"))
    assert abs(np.mean(one == other) - 0.5) < 0.05


def test_namespaces_that_do_not_overlap_have_nobody_in_common_and_leave_out_nobody():
    halves = [
        assign_variants(f"of {begin}", UNITS, [1], namespace=("mails", begin, begin + 0.5))
        for begin in (0, 0.5)
    ]
    assert np.all((halves[0] == NO_VARIANT) != (halves[1] == NO_VARIANT))


def refuse_connection(*_):
    raise AssertionError("the SDK asked a server")


def sdk_variant(unit, experiment):
    """The place of the variant that GrowthBook's SDK gives; NO_VARIANT where the unit does not take part."""
    with_sdk = GrowthBook(attributes={"id": unit})
    try:
        result = with_sdk.run(experiment)
    finally:
        with_sdk.destroy()
    return result.variationId if result.inExperiment else NO_VARIANT


@pytest.mark.parametrize(
    ("shares", "namespace"),
    [
        ([0.5, 0.5], None),
        ([0.2, 0.7, 0.1], None),
        ([0.5, 0.5], ("mails", 0.25, 0.75)),
        ([0.1, 0.3, 0.6], ("pages", 0, 0.4)),
    ],
)
def test_growthbooks_own_sdk_gives_every_unit_the_same_variant(shares, namespace, monkeypatch):
    """By growthbook 4.0.0, evaluated here: it asks no server."""
    monkeypatch.setattr("socket.socket.connect", refuse_connection)
    experiment = SdkExperiment(
        key="recommendation_subject",
        variations=list(range(len(shares))),
        weights=shares,
        namespace=namespace,
        hashVersion=2,
    )
    units = [*UNITS[:300], "é", "\U0001f600", "8952klfjas09ujk"]
    assigned = assign_variants("recommendation_subject", units, shares, namespace=namespace)
    assert assigned.tolist() == [sdk_variant(unit, experiment) for unit in units]
    assert set(assigned.tolist()) == {*range(len(shares)), *([NO_VARIANT] if namespace else [])}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), max_size=20))
def test_texts_of_any_language_and_emoji_are_hashed_as_the_sdk_does(units):
    experiment = SdkExperiment(key="one", variations=[0, 1, 2], weights=[0.2, 0.3, 0.5], hashVersion=2)
    assigned = assign_variants("one", units, [0.2, 0.3, 0.5])
    assert assigned.tolist() == [sdk_variant(unit, experiment) for unit in units]
