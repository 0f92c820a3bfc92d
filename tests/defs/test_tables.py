"""A stage does its work once for the same inputs, and again after it stopped half-way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from dagster_project.defs import tables

KEY = dg.AssetKey(["models_ml", "customer_scores"])
CONTEXT: Any = SimpleNamespace(run=SimpleNamespace(run_id="run"))


@pytest.fixture
def run_on(night, monkeypatch):
    """Run a stage on inputs of this name; returns whether it did its work."""

    def run(inputs: str, *, fails: bool = False) -> bool:
        done = []

        def work(*_):
            done.append(inputs)
            if fails:
                raise ZeroDivisionError
            return inputs

        monkeypatch.setattr(tables, "night_fingerprint", lambda *_: inputs)
        told = tables.make_tables(
            CONTEXT, night, "scores", [KEY], work, lambda result: (result, {KEY: {"made of": result}})
        )
        (materialized,) = told
        assert ("reused_from_run" in (materialized.metadata or {})) == (not done)
        return bool(done)

    return run


def test_unchanged_inputs_are_not_worked_on_again(run_on):
    assert run_on("monday")
    assert not run_on("monday")
    assert run_on("tuesday")


def test_a_stage_that_stopped_half_way_is_done_again_on_the_inputs_of_before_too(run_on):
    run_on("monday")
    with pytest.raises(ZeroDivisionError):
        run_on("tuesday", fails=True)
    assert run_on("monday"), "its tables are half of tuesday's"
