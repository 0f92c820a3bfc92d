"""Which exposure counts, and who is left out."""

from __future__ import annotations

import pytest

from tests.experiments.read import Readings, at, visitors


def rows(readings: Readings, columns: str) -> list[tuple]:
    assert not readings.excluded()
    return readings.ask(f"select {columns} from experiments.exposures order by unit_id")


def test_of_another_tools_experiment_the_exposures_say_who_saw_what_first():
    readings = Readings(visitors())
    readings.expose("v1", "red", 2)
    readings.expose("v2", "blue", 1)
    readings.expose("v2", "blue", 1, source="showings")
    assert rows(readings, "unit_id, variant_id, exposed_at, exposure_source, counted_as") == [
        ("v1", "red", at(2), "exposures", "v1"),
        ("v2", "blue", at(1), "exposures", "v2"),
    ]
    assert readings.ask(
        "select variant_id, is_control, assigned_by, exposure_source, share, units, excluded_units"
        " from experiments.variants"
    ) == [
        ("blue", False, "exposures", "exposures", 0.5, 1, 0),
        ("red", True, "exposures", "exposures", 0.5, 1, 0),
    ]


@pytest.mark.parametrize(
    ("sources", "source", "day"),
    [(["showings", "exposures"], "exposures", 5), (["showings"], "showings", 5), ([], "assignments", 1)],
)
def test_of_an_experiment_of_kindreds_a_report_goes_before_a_showing_and_that_before_the_assignment(
    sources, source, day
):
    readings = Readings(visitors(assigned_by="kindred"))
    readings.assign("v1", "red", 1)
    for name in sources:
        readings.expose("v1", "red", 5 if name == source else 4, source=name)
    assert rows(readings, "unit_id, exposure_source, exposed_at") == [("v1", source, at(day))]


def test_a_unit_of_two_variants_counts_for_nothing_and_one_of_a_variant_that_there_is_not():
    readings = Readings(visitors())
    readings.expose("both", "red", 1)
    readings.expose("both", "blue", 2)
    readings.expose("green", "green", 1)
    readings.expose("one", "red", 1)
    assert readings.excluded() == {"both": "several variants", "green": "unknown variant"}
    assert readings.ask(
        "select variant_id, units, excluded_units, excluded_in_several_variants from experiments.variants order by 1"
    ) == [("blue", 0, 0, 0), ("red", 1, 1, 1)]


def test_units_of_one_customer_count_once_by_the_first_and_for_nothing_in_two_variants():
    readings = Readings(visitors())
    readings.expose("v1", "red", 3, customer="c1")
    readings.expose("v2", "red", 2, customer="c1")
    readings.expose("v3", "red", 1, customer="c2")
    readings.expose("v4", "blue", 1, customer="c2")
    # who saw one variant alone, and whose other device saw two
    readings.expose("v5", "red", 1, customer="c3")
    readings.expose("v6", "red", 1, customer="c3")
    readings.expose("v6", "blue", 1, customer="c3")
    reason = "customer in several variants"
    assert readings.excluded() == {"v3": reason, "v4": reason, "v5": reason, "v6": "several variants"}
    assert readings.ask("select unit_id, counted_as from experiments.exposures where not is_excluded order by 1") == [
        ("v1", "v2"), ("v2", "v2"),
    ]  # fmt: skip
    assert readings.sums().units == 1


def test_who_was_shown_another_variant_than_kindred_assigned_or_none_was_assigned_to_counts_for_nothing():
    readings = Readings(visitors())
    readings.assign("v1", "red")
    readings.assign("v2", "red")
    readings.assign("v4", "red", customer="c4")
    readings.assign("v5", "blue", customer="c4")
    readings.expose("v1", "red")
    readings.expose("v2", "blue")
    readings.expose("v3", "blue")
    readings.expose("v4", "red", customer="c4")
    assert readings.excluded() == {
        "v2": "another variant than assigned",
        "v3": "not assigned",
        "v4": "customer in several variants",
    }


def test_a_customer_is_found_among_assignments_by_who_they_are_today():
    readings = Readings(visitors(unit="customer"))
    readings.assign("old", "red", customer="c1")
    readings.expose("4711", "red", customer="c1")
    assert rows(readings, "unit_id, customer_id, variant_id") == [("4711", "c1", "red")]


def test_what_the_file_leaves_to_another_tool_knows_no_assignments():
    readings = Readings(visitors(assigned_by="exposures"))
    readings.assign("v1", "red")
    readings.assign("v2", "red")
    readings.expose("v1", "blue")
    assert rows(readings, "unit_id, variant_id") == [("v1", "blue")]


LISTS = {"unit": "customer", "assigned_by": "kindred", "ends_at": "2026-03-09"}
TRIED = {"strategies": {"red": "blend", "blue": "hybrid"}}


@pytest.mark.parametrize(("list_name", "seen"), [("for_you", {"c1": 5}), ("discover", {"c1": 6, "c2": 7})])
def test_whoever_sees_a_list_after_being_assigned_is_shown_the_variant_that_has_it_made(list_name, seen):
    """Before, after the end and elsewhere nothing of it is seen; the event names the list, and no variant."""
    readings = Readings(visitors(**LISTS, recommendations=TRIED | {"list": list_name}))
    for customer, variant in (("c1", "red"), ("c2", "blue"), ("c3", "blue")):
        readings.assign(customer, variant, 4, customer=customer)
    readings.put(
        "marts.fct_events",
        [
            (visitor, customer, at(day), listed)
            for visitor, customer, day, listed in (
                ("v1", "c1", 3, "kindred:for_you"),
                ("v1", "c1", 4, "kindred:for_you"),
                ("v1", "c1", 5, "kindred:for_you:blend:0456e5a3826525f0"),
                ("v1", "c1", 5.5, "kindred:for_you"),
                ("v1", "c1", 6, "kindred:discover"),
                ("v2", "c2", 7, "kindred:discover:blend"),
                ("v2", "c2", 7, "kindred:for_you_too"),
                ("v2", "c2", 7, "for_you"),
                ("v2", "c2", 8.5, "kindred:for_you"),
                ("v4", "c4", 5, "kindred:for_you"),
                ("v5", None, 5, "kindred:for_you"),
            )
        ],
    )
    variants = {"c1": "red", "c2": "blue"}
    assert rows(readings, "unit_id, customer_id, variant_id, exposed_at, exposure_source") == [
        (customer, customer, variants[customer], at(day), "showings") for customer, day in seen.items()
    ]


def test_a_list_that_nobody_reports_is_seen_from_the_assignment_on():
    readings = Readings(visitors(**LISTS, recommendations=TRIED))
    readings.assign("c1", "red", 4, customer="c1")
    readings.put("marts.fct_events", [("v1", "c1", at(5), "kindred:discover")])
    assert rows(readings, "unit_id, exposed_at, exposure_source") == [("c1", at(4), "assignments")]
