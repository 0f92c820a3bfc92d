"""The recommender's nights: what was published, refused and withdrawn, whom it serves how well, how lists did, tuning.

Belongs here: SQL over the records of models. Does not belong here: the published model beside its rivals
(comparison.py), words (templates/), marks (drawings/).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from dagster_project.lib.common.model_names import RECOMMENDER
from dagster_project.lib.publication.report.drawings.forest import Estimate
from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import SMALLEST_GROUP, tell, tell_part, tell_rate
from dagster_project.lib.publication.report.writing import write_measure

MOST_NIGHTS = 20
SHOWN_DAYS = 28

_VERSIONS, _EVALUATIONS = "quality.model_versions", "quality.model_evaluations"


def read_nights(reader: Reader, as_of: datetime) -> list[Row]:
    """The last versions up to this night, the newest first: what became of each, why, and its NDCG@10."""
    return reader.rows(
        """
        with measured as (
            select model_version, model, value, ci_low, ci_high from quality.model_evaluations
            where metric = 'ndcg@10' and split = 'test'
        )
        select versions.model_version, versions.status, versions.reason, versions.trained_at,
            versions.withdrawn_at is not null as is_withdrawn, (versions.parameters ->> 'as_of')::timestamp as as_of,
            versions.parameters ->> 'tuned_by' as tuned_by, ours.value as ndcg, ours.ci_low as low,
            ours.ci_high as high, popular.value as popularity
        from quality.model_versions as versions
        left join measured as ours on ours.model_version = versions.model_version and ours.model = versions.model
        left join measured as popular
            on popular.model_version = versions.model_version and popular.model = 'popularity'
        where versions.model = $model and coalesce((versions.parameters ->> 'as_of')::timestamp <= $as_of, true)
        order by as_of desc nulls last, versions.trained_at desc, versions.model_version
        limit $most
        """,
        [_VERSIONS, _EVALUATIONS],
        {"model": RECOMMENDER, "most": MOST_NIGHTS, "as_of": as_of},
    )


def read_refusal(reader: Reader, as_of: datetime) -> Row:
    """Why the newest model up to this night was refused; {} where the newest one is or was in use.

    A night that was run again on the same inputs keeps what an earlier run of it refused.
    """
    newest = reader.row(
        """
        select status, reason, model_version from quality.model_versions
        where model = ? and coalesce((parameters ->> 'as_of')::timestamp <= ?, true)
        order by (parameters ->> 'as_of')::timestamp desc nulls last, trained_at desc, status = 'champion' desc
        limit 1
        """,
        [_VERSIONS],
        [RECOMMENDER, as_of],
    )
    return newest if newest.get("status") == "refused" else {}


def read_slices(reader: Reader) -> list[Row]:
    """The published model's NDCG@10 by groups of customers: dimension, name, customers, and popularity's.

    A group is named behind the metric, `ndcg@10[history=2-4]`; one that is too small to show is left out.
    """
    return reader.rows(
        """
        with measured as (
            select e.model, e.value, e.ci_low, e.ci_high, e.customers,
                regexp_extract(e.metric, '^ndcg@10\\[([^=]+)=(.+)\\]$', ['dimension', 'name']) as slice
            from quality.model_evaluations as e
            inner join quality.model_versions as v on v.model_version = e.model_version
            where v.model = $model and v.status = 'champion' and e.split = 'test' and e.model in ($model, 'popularity')
        )
        select slice.dimension as dimension, slice.name as name, any_value(customers) as customers,
            any_value(value) filter (model = $model) as ndcg, any_value(ci_low) filter (model = $model) as low,
            any_value(ci_high) filter (model = $model) as high,
            any_value(value) filter (model = 'popularity') as popularity
        from measured where slice.dimension <> ''
        group by 1, 2 having any_value(customers) >= $smallest
        order by dimension <> 'history', dimension, try_cast(regexp_extract(name, '^\\d+') as integer), name
        """,
        [_VERSIONS, _EVALUATIONS],
        {"model": RECOMMENDER, "smallest": SMALLEST_GROUP},
    )


def compare_groups(slices: Sequence[Row]) -> list[Estimate]:
    """What is drawn of the groups of `read_slices`: those that were measured, with popularity's value beside."""
    return [
        Estimate(
            ("purchase days " if row["dimension"] == "history" else "") + row["name"].replace("_", " "),
            row["ndcg"],
            row["low"],
            row["high"],
            told=write_measure(row["ndcg"]),
            other=row["popularity"],
        )
        for row in slices
        if row["ndcg"] is not None
    ]


def read_performance(reader: Reader) -> list[Row]:
    """What became of lists that were shown within the last days, by strategy and model; small counts are withheld."""
    rows = reader.rows(
        """
        select strategy, model_version, min(shown_date) as first_date, max(shown_date) as last_date,
            sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks, sum(purchases)::bigint as purchases
        from quality.recommendation_performance
        where shown_date > (select max(shown_date) from quality.recommendation_performance) - $days::integer
        group by 1, 2 order by impressions desc, strategy, model_version
        """,
        ["quality.recommendation_performance"],
        {"days": SHOWN_DAYS},
    )
    for row in rows:
        row["purchases"] = tell(row["purchases"])
        row["clicks"] = tell_part(row["clicks"], row["impressions"])
        row["impressions"] = tell(row["impressions"])
        row["click_rate"] = tell_rate(row["clicks"], row["impressions"])
    return rows


def read_tuning(reader: Reader) -> dict[str, Any] | None:
    """The last study: trials with the best value so far, the best one, and what it would change; None without one."""
    trials = reader.rows(
        """
        select study, trial, value, parameters, as_of, customers from quality.tuning_trials
        where study = (select study from quality.tuning_trials order by as_of desc, study limit 1)
        order by trial
        """,
        ["quality.tuning_trials"],
    )
    if not trials:
        return None
    for trial, best_so_far in zip(trials, accumulate((one["value"] for one in trials), max), strict=True):
        trial["best"] = best_so_far
    best = max(trials, key=lambda trial: (trial["value"], -trial["trial"]))
    return {
        "study": trials[0]["study"],
        "as_of": trials[0]["as_of"],
        "trials": trials,
        "first": trials[0],
        "best": best,
        "changes": _list_changes(trials[0], best),
        "outcome": _read_outcome(reader, f"{best['study']}/{best['trial']}"),
    }


def _list_changes(first: Row, best: Row) -> list[Row]:
    in_use, found = json.loads(first["parameters"]), json.loads(best["parameters"])
    return [
        {"name": name, "in_use": in_use[name], "best": found[name]}
        for name in in_use
        if name in found and in_use[name] != found[name]
    ]


def _read_outcome(reader: Reader, trial: str) -> Row:
    """What the nights made of a trial: {} where none has tried it."""
    return reader.row(
        """
        select status, reason, withdrawn_at is not null as is_withdrawn from quality.model_versions
        where parameters ->> 'tuned_by' = ? order by trained_at desc limit 1
        """,
        [_VERSIONS],
        [trial],
    )
