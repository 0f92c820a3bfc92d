"""What becomes of an id when records come, go, join and part, by hand. `c` is the oldest record, then `b`, then `a`."""

from __future__ import annotations

import hashlib

import pytest

A, B, C = ("c_" + hashlib.md5(record.encode()).hexdigest() for record in "abc")


@pytest.fixture
def nights(new_nights):
    return new_nights()


def test_a_merge_keeps_the_older_id_and_a_split_gives_back_the_other(nights):
    nights.night(["ab", "c"])
    assert nights.ids() == {"a": B, "b": B, "c": C}
    nights.night(["abc"], rule="loyalty_id")
    assert nights.ids() == {"a": C, "b": C, "c": C}
    assert nights.meanings() == {B: C, C: C}
    nights.night(["ab", "c"])
    assert nights.ids() == {"a": B, "b": B, "c": C}
    assert nights.meanings() == {B: B, C: C}
    assert nights.ask(
        "select change, customer_id, previous_customer_id, reason, changed_at::date::varchar, run_id"
        " from marts.identity_changes order by build_number"
    ) == [
        ("merged", C, B, "joined by loyalty id", "2026-01-03", "run 2"),
        ("split", B, C, "parted: nothing links them any more", "2026-01-04", "run 3"),
    ]


def test_a_new_record_renames_nobody_however_old_its_source_says_it_is(nights):
    nights.night(["a"])
    nights.night(["abc"])
    assert set(nights.ids().values()) == {A}
    assert nights.log() == []


def test_a_customer_keeps_the_id_of_a_record_that_vanished(nights):
    nights.night(["abc"])
    nights.night(["ab"])
    assert nights.ids() == {"a": C, "b": C}
    nights.night(["a"])
    assert nights.ids() == {"a": C}
    assert nights.log() == []
    nights.night(["a", "bc"])
    assert nights.ids() == {"a": A, "b": C, "c": C}
    assert [line[1:] for line in nights.log()] == [("split", A, C)]


def test_the_id_of_a_customer_without_records_means_nobody_until_one_is_back(nights):
    nights.night(["bc", "a"])
    nights.night(["a"])
    assert nights.meanings() == {A: A, C: None}
    nights.night(["a", "b"])
    assert nights.ids() == {"a": A, "b": C}
    nights.night([])
    assert nights.meanings() == {A: None, C: None}
    assert [line[1:] for line in nights.log()] == [
        ("tombstoned", C, None), ("restored", C, None), ("tombstoned", A, None), ("tombstoned", C, None),
    ]  # fmt: skip


def test_an_id_that_is_in_use_no_more_follows_its_record_from_customer_to_customer(nights):
    nights.night(["a", "b", "c"])
    nights.night(["ab", "c"])
    nights.night(["b", "ac"])
    assert nights.meanings() == {A: C, B: B, C: C}
    assert sorted(line[1:] for line in nights.log()[1:]) == sorted([("merged", C, A), ("split", C, B)])


def test_a_look_back_calls_customers_as_today_and_changes_nothing(nights):
    nights.night(["abc"])
    kept = nights.state()
    nights.night(["ab"], day=-3)
    assert nights.ids() == {"a": C, "b": C}
    assert nights.state() == kept
    nights.night(["a", "bc"], day=-2)
    assert nights.ids() == {"a": A, "b": C, "c": C}
    nights.night(["abc"])
    assert nights.log() == []
    assert nights.meanings() == {A: C, C: C}, "the look back may have published the id"


def test_what_only_a_look_back_saw_resolves_on_later_nights(nights):
    nights.night(["a"])
    nights.night(["a", "bc"], day=-3)
    assert nights.ids() == {"a": A, "b": C, "c": C}
    nights.night(["abc"])
    assert nights.meanings() == {A: A, C: A}
    assert [line[1:] for line in nights.log()] == [("merged", A, C)]


def test_a_night_run_for_a_time_to_come_does_not_make_later_ones_look_back(nights):
    nights.night(["a", "b"], day=10_000)
    nights.night(["ab"])
    assert [line[1:] for line in nights.log()] == [("merged", B, A)]
