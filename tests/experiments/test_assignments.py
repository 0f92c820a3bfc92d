"""Who is assigned, who is not, and that nobody's variant is taken away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dagster_project.lib.common.errors import KindredError
from models_ml.experiments.assignment import assign_variants
from tests.experiments.conftest import BEGIN, experiment

MANY = [f"c{number:03}" for number in range(200)]


def by_hash(units, **changes):
    """What the hash says, units without a variant left out."""
    one = experiment(**changes)
    places = assign_variants(
        one.experiment_id, units, list(one.variants.values()), holdout=one.holdout, namespace=one.namespace
    )
    names = list(one.variants)
    return {unit: names[place] for unit, place in zip(units, places, strict=True) if place >= 0}


def test_known_customers_are_assigned_by_the_hash_with_the_nights_instant(nights):
    nights.put_customers(MANY)
    nights.put("activation.content_variables", [*((c, True, True) for c in MANY), ("visitor", False, True)])
    result = nights.night(1, experiment())
    assert nights.variants() == by_hash(MANY)
    assert (result.added, result.units, result.excluded) == ({"colour": 200}, 200, 0)
    at, written_at = BEGIN + timedelta(days=1), BEGIN + timedelta(days=1, hours=1)
    assert nights.ask("""
        select distinct experiment_id, unit, unit_id = customer_id, assigned_at, is_excluded, is_running, computed_at,
            run_id
        from experiments.assignments
    """) == [("colour", "customer", True, at, False, True, written_at, "run 1")]


def test_a_holdout_and_a_namespace_leave_units_without_a_row(nights):
    nights.put_customers(MANY)
    changes = {"holdout": 0.3, "namespace": ["mails", 0, 0.5]}
    nights.night(1, experiment(**changes))
    assert nights.variants() == by_hash(MANY, **changes)
    assert 30 < len(nights.variants()) < 110


def test_only_the_audience_takes_part_and_nobody_against_personalization(nights):
    nights.put_customers(MANY[:4], denied=MANY[3:4])
    memberships = [
        ("c000", "buyers"),
        ("c001", "buyers"),
        ("c001", "staff"),
        ("c002", "staff"),
        ("c003", "buyers"),
    ]
    nights.put("activation.segment_memberships", memberships)
    nights.night(1, experiment(targeting={"segments": ["buyers"], "not_segments": ["staff"]}))
    assert nights.variants().keys() == {"c000"}
    nights.night(2, experiment(targeting=["buyers"]))
    assert nights.variants().keys() == {"c000", "c001"}
    nights.night(3, experiment())
    assert nights.variants().keys() == {"c000", "c001", "c002"}


def test_a_variant_once_given_stays_whatever_becomes_of_weights_segments_and_consent(nights):
    nights.put_customers(MANY)
    nights.night(1, experiment())
    first = nights.variants()
    nights.put_customers([*MANY, "newcomer"], denied=MANY[:50])
    changed = {"variants": {"red": 1, "blue": 99, "green": 1}, "targeting": ["nobody's"]}
    nights.night(2, experiment(**changed))
    assert nights.variants() == first
    nights.night(3, experiment(**changed | {"targeting": []}))
    assert nights.variants() == first | by_hash(["newcomer"], **changed)


@pytest.mark.parametrize(
    ("day", "assigned", "is_running"),
    [(1.9, False, False), (2, True, True), (3.9, True, True), (4, False, False)],
)
def test_units_are_assigned_while_an_experiment_runs(nights, day, assigned, is_running):
    nights.put_customers(["c"])
    dated = experiment(starts_at=BEGIN + timedelta(days=2), ends_at=BEGIN + timedelta(days=4))
    nights.night(day, dated)
    assert bool(nights.variants()) == assigned
    nights.night(day + 0.01, experiment(experiment_id="other"), dated)
    running = dict(nights.ask("select experiment_id, is_running from experiments.assignments"))
    assert running == {"other": True} | ({"colour": day + 0.01 < 4} if assigned else {})


def test_assignments_of_an_experiment_that_ended_or_is_gone_stay_and_are_shown_no_more(nights):
    nights.put_customers(["c"])
    nights.night(1, experiment(ends_at=BEGIN + timedelta(days=2)))
    for night in (
        lambda: nights.night(2, experiment(ends_at=BEGIN + timedelta(days=2))),
        lambda: nights.night(3),
    ):
        night()
        assert nights.ask("select unit_id, is_running from experiments.assignments") == [("c", False)]


def test_a_night_run_again_gives_the_same_table_and_an_earlier_one_sees_nothing_later(nights):
    nights.put_customers(MANY[:100])
    nights.night(1, experiment())
    first = nights.table()
    nights.put_customers(MANY)
    nights.night(2, experiment())
    second = nights.table()
    nights.night(2, experiment())
    assert nights.table() == second
    nights.put_customers(MANY[:100])
    nights.night(1, experiment(), looks_back=True)
    assert nights.table() == first
    # a look back assigns whom no night before it did, and keeps nothing of it
    nights.put_customers([*MANY[:100], "late"])
    nights.night(0.5, experiment(), looks_back=True)
    assert len(nights.table()) == 101
    nights.put_customers(MANY)
    nights.night(2, experiment())
    assert nights.table() == second


def test_what_a_night_of_a_time_to_come_assigned_stays_for_the_nights_of_today(nights):
    customers = [f"c{number}" for number in range(20)]
    nights.put_customers(customers)
    nights.night(900, experiment(), started=1)
    assigned = nights.variants()
    assert set(assigned.values()) == {"red", "blue"}
    nights.night(2, experiment(variants={"blue": 1, "red": 9}))
    assert nights.variants() == assigned
    assert nights.ask("select distinct assigned_at from experiments.assignments") == [
        (BEGIN + timedelta(days=1),)
    ]


def test_a_variant_that_the_file_no_longer_has_is_kept_and_shown_to_nobody(nights):
    nights.put_customers([f"c{number}" for number in range(20)])
    nights.night(1, experiment())
    assigned = nights.variants()
    nights.night(2, experiment(variants={"red": 1, "green": 1}))
    assert nights.variants() == assigned
    assert set(nights.variants("is_running").values()) == {"red"}
    assert set(nights.variants("not is_running").values()) == {"blue"}


def test_an_experiment_does_not_change_what_it_is_on(nights):
    nights.put_customers(["c"])
    nights.night(1, experiment())
    with pytest.raises(
        KindredError, match="colour assigned each customer before, and now says unit: visitor"
    ):
        nights.night(2, experiment(unit="visitor"))
    nights.night(2, experiment(unit="visitor", experiment_id="other"))


def seen(*visitors, at=BEGIN):
    return [(visitor, at) for visitor in visitors]


def test_visitors_are_assigned_once_they_come_while_it_runs(nights):
    nights.put_customers(["c1", "c2", "c3"], denied=["c3"])
    identities = [
        ("visitor", "v1", "c1", BEGIN),
        ("visitor", "v2", "c2", BEGIN),
        ("visitor", "v3", "c3", BEGIN),
    ]
    nights.put("marts.customer_identities", [*identities, ("user", "v9", "c1", BEGIN)])
    nights.put("marts.fct_events", [*seen("v1", "v3"), *seen("v2", at=BEGIN - timedelta(days=1))])
    on_visitors = experiment(unit="visitor", starts_at=BEGIN)
    nights.night(1, on_visitors)
    assert nights.variants() == by_hash(["v1"])
    nights.put("marts.fct_events", seen("v1", "v2"))
    nights.night(2, on_visitors)
    assert nights.variants() == by_hash(["v1", "v2"])
    assert nights.ask("select unit, unit_id, customer_id from experiments.assignments order by 2") == [
        ("visitor", "v1", "c1"), ("visitor", "v2", "c2"),
    ]  # fmt: skip


def test_visitors_of_one_customer_with_two_variants_count_for_nothing(nights):
    variants = by_hash([f"v{number}" for number in range(20)])
    red, other_red = [visitor for visitor, variant in variants.items() if variant == "red"][:2]
    blue = next(visitor for visitor, variant in variants.items() if variant == "blue")
    nights.put_customers(["c1", "c2"])
    owners = {red: "c1", other_red: "c2", blue: "c2"}
    nights.put(
        "marts.customer_identities", [("visitor", visitor, owner, BEGIN) for visitor, owner in owners.items()]
    )
    nights.put("marts.fct_events", seen(*owners))
    assert nights.night(1, experiment(unit="visitor")).excluded == 2
    assert nights.variants("is_excluded").keys() == {other_red, blue}
    nights.put(
        "marts.customer_identities", [("visitor", red, "c1", BEGIN), ("visitor", other_red, "c1", BEGIN)]
    )
    nights.night(2, experiment(unit="visitor"))
    # the third is nobody's now, which is no contradiction
    assert nights.variants("is_excluded") == {}
    assert nights.variants("customer_id is null").keys() == {blue}


def test_times_with_a_zone_are_read_as_utc():
    one = experiment(starts_at="2026-03-01T02:00:00+02:00", ends_at="2026-03-02")
    assert (one.starts_at, one.ends_at) == (BEGIN, datetime(2026, 3, 2))
