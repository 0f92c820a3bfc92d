"""Which weights variants have had, from which night and why: kept in `operations`, shown as experiments.weights.

Here belong the record, and what a file changes in it. What a policy makes of results is `policies`'; a set that it
decides is for the nights after its own, so that a night run again has the weights that it had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from dagster_project.lib.activation.experiments.declared import Experiments
from dagster_project.lib.activation.experiments.settings import Experiment

RECORD, WEIGHTS = "operations.experiment_weights", "experiments.weights"
Reason = Literal["declared", "changed in the file", "rollout", "thompson"]
BY_FILE: tuple[Reason, ...] = ("declared", "changed in the file")
BY_POLICY: tuple[Reason, ...] = ("rollout", "thompson")
_PREPARE = f"""
create table if not exists {RECORD} (
    experiment_id varchar, weight_epoch integer, variant_id varchar, weight double, reason varchar,
    explanation varchar, decided_at timestamp, run_id varchar
)
"""
_SEE = f"""
create or replace temp table weights_seen as
    select * from {RECORD}
    where decided_at < $at or (decided_at = $at and list_contains($by_file::varchar[], reason))
"""
_READ = """
    select experiment_id, weight_epoch, any_value(reason), any_value(explanation), any_value(decided_at),
        list(variant_id order by variant_id), list(weight order by variant_id)
    from {table} group by all order by experiment_id, weight_epoch
"""
_WRITE = f"""
create or replace table {WEIGHTS} as
    select experiment_id, weight_epoch, variant_id, weight, reason, explanation, decided_at,
        list_contains($running::varchar[], experiment_id)
            and weight_epoch = max(weight_epoch) over (partition by experiment_id) as is_present,
        run_id as decided_by_run_id, $computed_at::timestamp as computed_at, $run_id::varchar as run_id
    from weights_seen
    order by experiment_id, weight_epoch, variant_id
"""
_INSTANT = "select least(as_of, started_at) from operations.current_night"
_LOOKS_BACK = "select coalesce(bool_or(is_look_back), false) from operations.current_build"


@dataclass(frozen=True)
class WeightSet:
    """The weights of all variants of one experiment, and why they are so.

    weight_epoch: its number, from 1. weights: variant -> share, of sum 1; those of a policy may be 0. explanation: a
    sentence. decided_at: the night's instant.
    """

    experiment_id: str
    weight_epoch: int
    weights: dict[str, float]
    reason: Reason
    explanation: str
    decided_at: datetime


def read_instant(connection: duckdb.DuckDBPyConnection) -> datetime:
    """Return from when what the night decides is known (UTC, naive).

    A night of a time to come decides now: later nights of today have to see it.
    """
    ((at,),) = connection.execute(_INSTANT).fetchall()
    return at


def is_look_back(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether later nights have been, which see nothing of what this one decides."""
    ((looks_back,),) = connection.execute(_LOOKS_BACK).fetchall()
    return looks_back


def shares_of(experiment: Experiment) -> dict[str, float]:
    """The file's weights, of sum 1."""
    total = sum(experiment.variants.values())
    return {variant: weight / total for variant, weight in experiment.variants.items()}


def settle_weights(
    connection: duckdb.DuckDBPyConnection,
    running: Experiments,
    at: datetime,
    run: tuple[str, datetime],
    *,
    is_kept: bool,
) -> dict[str, WeightSet]:
    """Return what those who come new tonight are assigned by, and publish it with all sets before it.

    A file whose weights changed goes before what a policy has made of the former ones.

    running: experiments that Kindred assigns. at: the night's instant, UTC, naive. run: id and time (naive UTC) of the
    run. is_kept: whether nights to come see what is new; a look back keeps nothing.
    """
    run_id, computed_at = run
    connection.execute(_PREPARE)
    connection.execute(_SEE, {"at": at, "by_file": list(BY_FILE)})
    seen: dict[str, list[WeightSet]] = {}
    for one in read_sets(connection, "weights_seen"):
        seen.setdefault(one.experiment_id, []).append(one)
    added = [
        WeightSet(name, len(sets) + 1, shares_of(experiment), *news, at)
        for name, experiment in running.items()
        if (news := _tell_change(experiment, sets := seen.setdefault(name, []))) is not None
    ]
    for one in added:
        seen[one.experiment_id].append(one)
    insert_sets(connection, "weights_seen", added, run_id)
    if is_kept:
        # what a policy made tonight of the weights before, in an earlier run, was never used
        for one in added:
            forget_decisions(connection, at, [one.experiment_id])
        insert_sets(connection, RECORD, added, run_id)
    connection.execute("create schema if not exists experiments")
    connection.execute(_WRITE, {"running": list(running), "computed_at": computed_at, "run_id": run_id})
    return {name: seen[name][-1] for name in running}


def _tell_change(experiment: Experiment, sets: list[WeightSet]) -> tuple[Reason, str] | None:
    """Why the file's weights come into force tonight; None where they do not."""
    if not sets:
        return "declared", "the weights of the file"
    present = sets[-1]
    declared = next(one for one in reversed(sets) if one.reason in BY_FILE)
    if declared.weights != shares_of(experiment):
        return "changed in the file", "the weights of the file are others than before"
    if present.reason in BY_POLICY and present.reason != experiment.policy:
        return "changed in the file", f"the file does not say policy: {present.reason} any more"
    return None


def read_sets(connection: duckdb.DuckDBPyConnection, table: str = WEIGHTS) -> list[WeightSet]:
    """Return all sets of a table, by experiment and number."""
    return [
        WeightSet(name, number, dict(zip(variants, weights, strict=True)), reason, explanation, decided_at)
        for name, number, reason, explanation, decided_at, variants, weights in connection.execute(
            _READ.format(table=table)
        ).fetchall()
    ]


def insert_sets(
    connection: duckdb.DuckDBPyConnection, table: str, sets: Iterable[WeightSet], run_id: str
) -> None:
    """Add the rows of each set to a table with the record's columns."""
    for one in sets:
        for variant, weight in one.weights.items():
            connection.execute(
                f"insert into {table} values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    one.experiment_id, one.weight_epoch, variant, weight, one.reason, one.explanation,
                    one.decided_at, run_id,
                ],
            )  # fmt: skip


def forget_decisions(connection: duckdb.DuckDBPyConnection, at: datetime, experiments: list[str]) -> None:
    """Forget what policies decided at this instant."""
    connection.execute(
        f"delete from {RECORD} where decided_at = ? and list_contains(?::varchar[], reason)"
        " and list_contains(?::varchar[], experiment_id)",
        [at, list(BY_POLICY), experiments],
    )
