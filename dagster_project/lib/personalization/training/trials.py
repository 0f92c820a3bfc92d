"""The record of the tuning: every trial of every study, with what it was worth.

Here belongs quality.tuning_trials. It is also all that a study needs to go on after it was interrupted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization.tables import MODEL

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.parameters import RecommenderParameters

_TABLE = """
create schema if not exists quality;
create table if not exists quality.tuning_trials (
    model varchar, study varchar, trial integer, value double, fold_values json, parameters json, customers integer,
    as_of timestamp, finished_at timestamp, run_id varchar
);
"""

# trial 0 is what was in use when the study began; what a night refused or a rollback withdrew is not tried again
_BEST = """
with studies as (
    select * from quality.tuning_trials where model = $model and as_of <= $as_of
),
latest as (
    select * from studies where as_of = (select max(as_of) from studies)
)
select study || '/' || trial, parameters
from latest
where trial > 0
    and value > (select value from latest where trial = 0)
    and study || '/' || trial not in (
        select parameters ->> 'tuned_by' from quality.model_versions
        where model = $model and (parameters ->> 'tuned_by') is not null
            and ((status = 'refused' and (parameters ->> 'as_of')::timestamp < $as_of) or withdrawn_at is not null)
    )
order by value desc, trial
limit 1
"""


@dataclass(frozen=True)
class Trial:
    """One configuration of a study. value: what the study maximizes. fold_values: of each fold, the newest first."""

    number: int
    value: float
    fold_values: list[float]
    parameters: dict[str, Any]
    customers: int


@dataclass(frozen=True)
class Tuned:
    """The parameters of a trial, and its name, `<study>/<trial>`."""

    name: str
    parameters: RecommenderParameters


def create_table(connection: DuckDBPyConnection) -> None:
    """Create the table where it is missing; it keeps every study."""
    connection.execute(_TABLE)


def write_trial(
    connection: DuckDBPyConnection,
    study: str,
    trial: Trial,
    *,
    as_of: datetime,
    finished_at: datetime,
    run_id: str,
) -> None:
    """Add one trial that has ended."""
    values = [
        MODEL, study, trial.number, trial.value, json.dumps(trial.fold_values),
        json.dumps(trial.parameters, sort_keys=True), trial.customers, as_of, finished_at, run_id,
    ]  # fmt: skip
    connection.execute(f"insert into quality.tuning_trials values ({', '.join('?' * len(values))})", values)


def read_latest_study(connection: DuckDBPyConnection, as_of: datetime) -> tuple[str, datetime] | None:
    """Return name and instant of the last study that began no later than `as_of`, or None."""
    create_table(connection)
    query = """
        select study, as_of from quality.tuning_trials where model = ? and as_of <= ?
        order by as_of desc, study limit 1
    """
    return connection.execute(query, [MODEL, as_of]).fetchone()


def read_trials(connection: DuckDBPyConnection, study: str) -> list[Trial]:
    """Return the trials of a study in their order."""
    create_table(connection)
    query = """
        select trial, value, fold_values, parameters, customers from quality.tuning_trials
        where model = ? and study = ? order by trial
    """
    rows = connection.execute(query, [MODEL, study]).fetchall()
    return [Trial(number, value, json.loads(f), json.loads(p), who) for number, value, f, p, who in rows]


def read_best_untried(connection: DuckDBPyConnection, as_of: datetime) -> Tuned | None:
    """Return the best trial of the last study before this instant, if it beat what was in use when the study began.

    None where there is none, or where a night refused it or a rollback withdrew it.
    """
    from models_ml.recommendations.parameters import RecommenderParameters

    create_table(connection)
    row = connection.execute(_BEST, {"model": MODEL, "as_of": as_of}).fetchone()
    return Tuned(row[0], RecommenderParameters.from_dict(json.loads(row[1]))) if row else None
