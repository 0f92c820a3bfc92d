"""What of a count may be told: no group of a few people, and nothing from which its size follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.lib.publication.report.suppression import (
    SMALLEST_GROUP,
    WITHHELD,
    is_small,
    round_to_tens,
    tell,
    tell_part,
    tell_parts,
    tell_share,
)


def test_nobody_and_many_are_told_and_a_few_are_not():
    assert [tell(people) for people in (0, 1, 9, 10, 250)] == [0, None, None, 10, 250]


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 50, 0),
        (9, 50, None),
        (10, 50, 10),
        (40, 50, 40),
        (41, 50, WITHHELD),
        (50, 50, 50),
        (5, 8, None),
        (0, 8, 0),
    ],
)
def test_a_part_is_told_where_neither_it_nor_the_rest_is_small(part, whole, told):
    assert tell_part(part, whole) == told


@pytest.mark.parametrize(
    ("share", "people", "told"),
    [(None, 40, None), (0.0, 40, 0.0), (0.2, 40, None), (0.25, 40, 0.25), (0.9, 40, None), (1.0, 40, 1.0)],
)
def test_a_share_is_told_where_it_is_neither_of_a_few_nor_of_all_but_a_few(share, people, told):
    assert tell_share(share, people) == told


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([12, 20, 30], [12, 20, 30]),
        ([3, 12, 20], [None, WITHHELD, 20]),
        ([3, 4, 12, 20], [None, None, WITHHELD, 20]),
        ([8, 9, 20], [None, None, 20]),
        ([3, 0, 20], [None, 0, WITHHELD]),
        ([3], [None]),
        ([], []),
    ],
)
def test_beside_small_parts_of_a_known_whole_the_smallest_others_are_withheld(parts, told):
    assert tell_parts(parts) == told


@given(st.lists(st.integers(0, 60), max_size=12))
def test_the_whole_less_what_is_told_is_never_one_part_or_a_small_group(parts):
    told = tell_parts(parts)
    hidden = [part for part, one in zip(parts, told, strict=True) if not isinstance(one, int)]
    others = [part for part in parts if part]
    assert all(not is_small(one) for one in told if isinstance(one, int))
    assert [one for one in told if isinstance(one, int)] == [
        part for part, one in zip(parts, told, strict=True) if isinstance(one, int)
    ]
    if hidden and len(hidden) < len(others):
        assert len(hidden) > 1
        assert sum(hidden) >= SMALLEST_GROUP
    if not any(map(is_small, parts)):
        assert not hidden


@given(st.integers(0, 5000), st.integers(0, 9))
def test_counts_in_tens_do_not_tell_how_many_a_few_more_are(people, more):
    one, other = round_to_tens(people), round_to_tens(people + more)
    if one is not None and other is not None:
        assert other - one in (0, SMALLEST_GROUP)
