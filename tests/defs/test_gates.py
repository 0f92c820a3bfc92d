"""A gate that was judged as a whole is not judged again on the same inputs; a part of it is not the whole."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from dagster_project.defs.keys import table_key
from dagster_project.defs.validation import gates
from dagster_project.lib.validation.engine import TableValidation

GATE = ("raw.crm_customers", "raw.pos_sales")


@pytest.fixture
def judge(night, monkeypatch):
    """Ask the gate for some of its tables, all of them good; returns which were looked at."""

    def ask(*asked_for: str) -> list[str]:
        looked_at: list[str] = []

        def validate(connection, names, *, run_id, checked_at, results_folder):
            looked_at.extend(names)
            return [TableValidation(name, run_id, datetime(2026, 1, 1), ()) for name in names]

        monkeypatch.setattr(gates, "night_fingerprint", lambda *_: "inputs")
        monkeypatch.setattr(gates, "validate_tables", validate)
        keys = [dg.AssetCheckKey(table_key(name), "arrival_is_plausible") for name in asked_for]
        context: Any = SimpleNamespace(run=SimpleNamespace(run_id="run"), selected_asset_check_keys=keys)
        assert all(result.passed for result in gates._judge(context, night, "arrival", GATE))
        return looked_at

    return ask


def test_a_gate_that_was_passed_is_not_judged_again_on_the_same_inputs(judge):
    assert judge(*GATE) == list(GATE)
    assert judge(*GATE) == []


def test_after_a_part_of_a_gate_the_whole_is_judged_all_the_same(judge):
    assert judge(GATE[0]) == [GATE[0]]
    assert judge(*GATE) == list(GATE)
