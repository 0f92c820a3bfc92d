"""Experiments that another tool assigns: Kindred leaves their units alone."""

from __future__ import annotations

from tests.experiments.conftest import BEGIN, experiment


def expose(nights, experiment_id, source="exposures"):
    row = (experiment_id, source, "v1", None, "red", BEGIN)
    nights.put("intermediate.int_experiment_exposures_gathered", [row])


def test_units_of_an_experiment_that_another_tool_exposes_are_not_assigned(nights):
    nights.put_customers(["c"])
    expose(nights, "colour", "showings")
    assert nights.night(0.5, experiment(), looks_back=True).added == {"colour": 1}
    expose(nights, "colour")
    assert nights.night(1, experiment(), experiment(experiment_id="other")).added == {"other": 1}
    assert nights.night(1, experiment(assigned_by="kindred")).added == {"colour": 1}
    # a site reports what Kindred assigned, and those who come later are assigned too
    nights.put_customers(["c", "newcomer"])
    assert nights.night(2, experiment()).added == {"colour": 1}


def test_what_the_file_leaves_to_another_tool_is_assigned_and_shown_no_more(nights):
    nights.put_customers(["c"])
    nights.night(1, experiment())
    nights.put_customers(["c", "newcomer"])
    assert nights.night(2, experiment(assigned_by="exposures")).added == {}
    assert nights.ask("select unit_id, is_running from experiments.assignments") == [("c", False)]
