"""Sizes of segments with noise: as much as epsilon asks, the same for the same question, bounded for each customer."""

from __future__ import annotations

from importlib.util import find_spec
from math import sinh
from statistics import fmean

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy import private_counts
from dagster_project.lib.privacy.private_counts import add_noise, tell_private_counts

HAS_EXTRA = find_spec("opendp") is not None
needs_extra = pytest.mark.skipif(not HAS_EXTRA, reason="the extra private-counts is not installed")
PRIORITIES = {"buyers": 1, "lookers": 2, "nobody": 3}


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        connection.execute("""
            create schema activation; create schema operations;
            create table activation.segments (segment varchar, priority integer);
            create table activation.segment_memberships (customer_id varchar, segment varchar);
        """)
        connection.executemany("insert into activation.segments values (?, ?)", list(PRIORITIES.items()))
        connection.execute("""
            insert into activation.segment_memberships
            select 'c' || i, 'buyers' from range(500) r(i) union all select 'c' || i, 'lookers' from range(800) r(i)
        """)
        yield connection


@needs_extra
def test_the_same_question_has_the_same_answer_until_the_memberships_change(warehouse):
    ask = {"epsilon": 0.01, "segments_per_customer": 3}
    first = tell_private_counts(warehouse, **ask)
    assert list(first.segments) == sorted(PRIORITIES)
    assert min(first.segments.values()) >= 0
    assert [tell_private_counts(warehouse, **ask) for _ in range(3)] == [first] * 3
    assert first.epsilon_spent == pytest.approx(0.01)
    assert tell_private_counts(
        warehouse, epsilon=0.5, segments_per_customer=3
    ).epsilon_spent == pytest.approx(0.51)
    warehouse.execute("delete from activation.segment_memberships where customer_id = 'c1'")
    changed = tell_private_counts(warehouse, **ask)
    assert changed.epsilon_spent == pytest.approx(0.01)
    # with a scale of 300 two draws of three numbers agree once in many millions of times
    assert changed.segments != first.segments


@needs_extra
def test_a_customer_counts_in_the_first_segments_by_priority_alone(warehouse):
    told = tell_private_counts(warehouse, epsilon=20, segments_per_customer=1).segments
    assert told["buyers"] == pytest.approx(500, abs=3)
    assert told["lookers"] == pytest.approx(300, abs=3)
    assert told["nobody"] == pytest.approx(0, abs=3)


@needs_extra
@pytest.mark.parametrize(("sensitivity", "epsilon"), [(1, 1.0), (3, 0.5)])
def test_the_noise_is_as_large_as_the_sensitivity_over_epsilon(sensitivity, epsilon):
    draws = [noisy - 10_000 for noisy in add_noise([10_000] * 4000, sensitivity, epsilon)]
    scale = sensitivity / epsilon
    # of whole numbers drawn by Laplace's law the mean is 0 and the mean distance from it 1 / sinh(1 / scale)
    assert abs(fmean(draws)) < 0.15 * scale
    assert fmean(map(abs, draws)) == pytest.approx(1 / sinh(1 / scale), rel=0.12)


@needs_extra
@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=6))
def test_no_count_is_below_zero_and_none_is_lost(counts):
    noisy = add_noise(counts, 3, 1.0)
    assert len(noisy) == len(counts)
    assert all(count >= 0 for count in noisy)


def test_without_segments_the_remedy_is_a_night():
    with duckdb.connect() as nothing, pytest.raises(KindredError, match="kindred nightly"):
        tell_private_counts(nothing, epsilon=1.0, segments_per_customer=3)


@pytest.mark.skipif(HAS_EXTRA, reason="the extra private-counts is installed")
def test_without_the_extra_the_remedy_names_it_and_nothing_is_kept(warehouse):
    with pytest.raises(KindredError, match=r"kindred\[private-counts\]"):
        tell_private_counts(warehouse, epsilon=1.0, segments_per_customer=3)
    assert warehouse.execute(f"select count(*) from {private_counts.TABLE}").fetchone() == (0,)
