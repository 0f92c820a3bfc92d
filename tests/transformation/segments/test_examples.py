"""Entries, exits and their reasons, by hand. Nights are days 1, 2, 3 and so on; conditions became true on day 0.5."""

from __future__ import annotations

import pytest

from .conftest import Definition, day

CARTS = {"carts": Definition()}


@pytest.fixture
def nights(new_nights):
    return new_nights()


def test_a_stay_begins_when_the_condition_became_true_and_ends_with_the_night_that_misses_it(nights):
    nights.night({("a", "carts"): 0.5}, CARTS)
    assert nights.events() == [("a", "carts", "entered", 0.5, "condition met")]
    nights.night({("a", "carts"): 0.5, ("b", "carts"): 1.25}, CARTS)
    assert nights.events() == [("b", "carts", "entered", 1.25, "condition met")]
    nights.night({("b", "carts"): 1.25}, CARTS)
    assert nights.events() == [("a", "carts", "exited", 3, "condition no longer holds")]
    nights.night({("b", "carts"): 1.25}, CARTS)
    assert nights.events() == []
    # customer_id, segment, entered_at, exited_at, entry_reason, reason, last_seen_at, recorded_at
    assert nights.history() == [
        ("a", "carts", day(0.5), day(3), "condition met", "condition no longer holds", day(2), day(1)),
        ("b", "carts", day(1.25), None, "condition met", "condition met", day(4), day(2)),
    ]


def test_who_comes_back_has_a_second_stay(nights):
    nights.night({("a", "carts"): 0.5}, CARTS)
    nights.night({}, CARTS)
    nights.night({("a", "carts"): 2.5}, CARTS)
    assert [row[2:4] for row in nights.history()] == [(day(0.5), day(2)), (day(2.5), None)]


@pytest.mark.parametrize("since", [0.5, 1])
def test_what_the_data_dates_before_a_night_that_did_not_see_it_holds_from_the_night_that_does(nights, since):
    nights.night({}, CARTS)
    nights.night({("a", "carts"): since}, CARTS)
    assert nights.events() == [("a", "carts", "entered", 2, "condition met")]
    assert nights.members_on(day(1)) == set()


def test_a_segment_that_becomes_too_small_lets_its_members_go(nights):
    both = {"carts": Definition(minimum_size=2)}
    nights.night({("a", "carts"): 0.5, ("b", "carts"): 0.5}, both)
    nights.night({("a", "carts"): 0.5}, both)
    assert nights.events() == [
        ("a", "carts", "exited", 2, "below minimum size"),
        ("b", "carts", "exited", 2, "condition no longer holds"),
    ]
    assert nights.ask("select segment, customers, is_published from activation.segments") == [
        ("carts", 1, False)
    ]


def test_a_better_segment_of_the_group_takes_the_customer_over(nights):
    group = {"carts": Definition(1, "intent"), "browsers": Definition(2, "intent")}
    nights.night({("a", "browsers"): 0.5}, group)
    nights.night({("a", "browsers"): 0.5, ("a", "carts"): 1.5}, group)
    assert nights.events() == [
        ("a", "browsers", "exited", 2, "outranked in its group"),
        ("a", "carts", "entered", 1.5, "condition met"),
    ]
    nights.night({("a", "browsers"): 0.5}, group)
    assert nights.events() == [
        ("a", "browsers", "entered", 3, "condition met"),
        ("a", "carts", "exited", 3, "condition no longer holds"),
    ]


def test_a_segment_whose_file_is_gone_ends_its_stays(nights):
    nights.night({("a", "carts"): 0.5}, {**CARTS, "browsers": Definition()})
    nights.night({}, {"browsers": Definition()})
    assert nights.events() == [("a", "carts", "exited", 2, "segment removed")]


def test_a_merged_customer_hands_the_stay_over(nights):
    nights.night({("a", "carts"): 0.5, ("b", "carts"): 0.5}, CARTS)
    nights.night({("b", "carts"): 0.5, ("c", "carts"): 0.5}, CARTS, aliases={"a": "c"})
    assert nights.events() == [
        ("a", "carts", "exited", 2, "customer merged"),
        ("c", "carts", "entered", 2, "customer merged"),
    ]


def test_of_two_ids_that_became_one_the_stay_of_the_other_goes_on(nights):
    nights.night({("a", "carts"): 0.5, ("b", "carts"): 0.5}, CARTS)
    nights.night({("b", "carts"): 0.5}, CARTS, aliases={"a": "b"})
    assert nights.events() == [("a", "carts", "exited", 2, "customer merged")]


def test_a_customer_without_records_is_gone(nights):
    nights.night({("a", "carts"): 0.5}, CARTS)
    nights.night({}, CARTS, customers="b")
    assert nights.events() == [("a", "carts", "exited", 2, "customer gone")]


def test_a_night_that_is_run_again_tells_the_same_events_and_adds_nothing(nights):
    nights.night({("a", "carts"): 0.5}, CARTS)
    nights.night({("b", "carts"): 1.5}, CARTS)
    events, kept = nights.events(), nights.kept()
    nights.night({("b", "carts"): 1.5}, CARTS, on=2)
    assert nights.events() == events
    assert nights.kept() == kept


def test_a_night_that_is_run_again_with_other_data_replaces_what_it_recorded(nights):
    nights.night({("a", "carts"): 0.5}, CARTS)
    nights.night({("b", "carts"): 1.5}, CARTS)
    nights.night({("a", "carts"): 0.5}, CARTS, on=2)
    assert nights.events() == []
    assert nights.history() == [
        ("a", "carts", day(0.5), None, "condition met", "condition met", day(2), day(1)),
    ]


def test_a_look_back_shows_the_history_of_its_night_and_leaves_what_is_kept(nights):
    nights.night({("a", "carts"): 0.5}, CARTS)
    nights.night({("a", "carts"): 0.5, ("b", "carts"): 1.5}, CARTS)
    nights.night({("b", "carts"): 1.5}, CARTS)
    kept = nights.kept()
    nights.night({("a", "carts"): 0.5, ("b", "carts"): 1.5}, CARTS, on=2)
    assert nights.events() == [("b", "carts", "entered", 1.5, "condition met")]
    assert nights.history() == [
        ("a", "carts", day(0.5), None, "condition met", "condition met", day(2), day(1)),
        ("b", "carts", day(1.5), None, "condition met", "condition met", day(2), day(2)),
    ]
    assert nights.kept() == kept
    nights.night({("b", "carts"): 1.5}, CARTS)
    assert nights.events() == []


def test_performance_has_a_row_a_segment_and_night(nights):
    nights.night({("a", "carts"): 0.5}, {**CARTS, "browsers": Definition()})
    nights.night({}, CARTS)
    nights.night({}, CARTS, on=2)
    assert nights.ask("select segment, as_of, customers from activation.segment_performance order by 2, 1") == [
        ("browsers", day(1), 0), ("carts", day(1), 1), ("carts", day(2), 0),
    ]  # fmt: skip


def test_who_denies_personalization_leaves_for_that_reason_and_makes_room_in_the_group(nights):
    group = {
        "first": Definition(priority=1, group="g", minimum_size=2),
        "second": Definition(priority=2, group="g"),
    }
    met = {(who, segment): 0.5 for who in "abc" for segment in group}
    nights.night(met, group)
    assert nights.members() == {(who, "first") for who in "abc"}
    nights.night(met, group, against="a")
    assert nights.events() == [("a", "first", "exited", 2, "against personalization")]
    assert nights.members() == {("b", "first"), ("c", "first")}
    nights.night(met, group, against="ab")
    assert nights.members() == {("c", "second")}
    nights.night(met, group)
    assert nights.members() == {(who, "first") for who in "abc"}
