"""How many units an experiment needs, and how many days these take to come: from what units did without it.

Here belongs who stands for the units to come. How their metrics vary is `totals`', how many that makes is
`models_ml.experiments.readouts.power`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

import duckdb

from dagster_project.lib.activation.experiments.candidates import AUDIENCE
from dagster_project.lib.activation.experiments.results import plan_of
from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.activation.experiments.totals import read_sums
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import read_as_of
from models_ml.experiments.readouts import ALL, Metric, Totals
from models_ml.experiments.readouts.cuped import adjust_means
from models_ml.experiments.readouts.estimates import Estimate, estimate_mean, estimate_ratio
from models_ml.experiments.readouts.power import (
    effect_for_conversion,
    effect_for_mean,
    units_for_conversion,
    units_for_mean,
)

WATCHED_DAYS = 28
"""Days on which units are looked at, before the longest window of a metric."""
_UNITS = "planned_exposures"
_COLUMNS = """
    create or replace temp table planned_exposures as
    select $experiment_id::varchar as experiment_id, $unit::varchar as unit, unit_id, unit_id as counted_as,
        customer_id, $control::varchar as variant_id, exposed_at, null::integer as weight_epoch, false as is_excluded
"""
# As one of another tool would, a visitor comes into it with the first thing they do.
_VISITORS = f"""
    {_COLUMNS} from (
        select e.visitor_id as unit_id, any_value(c.customer_id) as customer_id, min(e.occurred_at) as exposed_at
        from marts.fct_events as e join activation.content_variables as c using (customer_id)
        where e.occurred_at > $begins and e.occurred_at <= $ends and e.visitor_id is not null
            and c.is_personalizable and {AUDIENCE}
        group by 1
    )
"""
# Known customers are assigned all at once, on the first night.
_CUSTOMERS = f"""
    {_COLUMNS} from (
        select c.customer_id as unit_id, c.customer_id, $ends::timestamp as exposed_at
        from activation.content_variables as c join marts.dim_customers as d using (customer_id)
        where c.is_known and c.is_personalizable and {AUDIENCE} and coalesce(d.first_seen_at <= $ends, true)
    )
"""
_COUNT_VISITORS = "select 0, count(*) from planned_exposures"
_COUNT_CUSTOMERS = """
    select count(*), count(*) filter (d.first_seen_at > $begins)
    from planned_exposures join marts.dim_customers as d using (customer_id)
"""


@dataclass(frozen=True)
class Supply:
    """Units that an experiment may count on. at_once: on its first day. per_day: who come anew each day."""

    at_once: int
    per_day: float

    def days_for(self, units: int) -> float | None:
        """Days until so many are exposed; None where they never will be."""
        if units <= self.at_once:
            return 0.0
        return (units - self.at_once) / self.per_day if self.per_day else None


@dataclass(frozen=True)
class Need:
    """What one metric takes. None is what cannot be told, such as of a metric that nobody has.

    baseline: its mean, share or ratio without the experiment. effect: the change to be found, in its unit.
    control_units, units: needed of the control and of all variants, holdout included. days: until these are
    exposed, and the last of them has had its window. detectable_effect: the relative one that can be found in the days
    asked for.
    """

    metric: str
    kind: str
    is_guardrail: bool
    baseline: float | None
    effect: float | None
    control_units: int | None
    units: int | None
    days: float | None
    detectable_effect: float | None


def plan_power(
    connection: duckdb.DuckDBPyConnection, experiment: Experiment, relative_effect: float, days: float
) -> tuple[Supply, list[Need]]:
    """Return the units there are and what each metric takes, the goal first.

    relative_effect: the change to be found, as a share of what is (0.05 is 5 %). days: how long it would run, for the
    effect that can be found in that time. KindredError where the last night did not know the experiment.
    """
    known = "select count(*) from operations.experiments where experiment_id = ?"
    if connection.execute(known, [experiment.experiment_id]).fetchone() == (0,):
        raise KindredError(
            f"the last night did not know the experiment {experiment.experiment_id}",
            "run `kindred nightly` with its file in place; starts_at in the future keeps it from assigning anybody",
        )
    as_of = read_as_of(connection)
    supply = _watch(connection, experiment, as_of)
    sums = read_sums(connection, as_of, _UNITS).get(experiment.experiment_id)
    totals = sums.totals if sums is not None else {}
    needs = []
    for metric, (declared, _) in zip(plan_of(experiment, as_of).metrics, experiment.measured, strict=True):
        one = totals.get((metric.name, ALL, experiment.control), Totals(0, 0, 0))
        needs.append(_need(experiment, metric, one, supply, (relative_effect, days, declared.window_days)))
    return supply, needs


def _watch(connection: duckdb.DuckDBPyConnection, experiment: Experiment, as_of: datetime) -> Supply:
    """Leave _UNITS: who would have been in it so long ago that all windows are over."""
    ends = as_of - timedelta(days=max(metric.window_days for metric, _ in experiment.measured))
    begins = ends - timedelta(days=WATCHED_DAYS)
    audience = experiment.audience
    values = {
        "experiment_id": experiment.experiment_id, "unit": experiment.unit, "control": experiment.control,
        "segments": audience.segments, "not_segments": audience.not_segments, "ends": ends,
    }  # fmt: skip
    if experiment.unit == "visitor":
        connection.execute(_VISITORS, values | {"begins": begins})
        rows = connection.execute(_COUNT_VISITORS).fetchall()
    else:
        connection.execute(_CUSTOMERS, values)
        rows = connection.execute(_COUNT_CUSTOMERS, {"begins": begins}).fetchall()
    ((at_once, came),) = rows
    return Supply(at_once, came / WATCHED_DAYS)


def _need(
    experiment: Experiment, metric: Metric, totals: Totals, supply: Supply, asked: tuple[float, float, float]
) -> Need:
    relative_effect, days, window_days = asked
    control, treatment = _shares(experiment)
    of_all = 1 / control / (1 - experiment.holdout)
    estimate = _estimate(metric, totals)
    if not estimate.mean or not estimate.variance:
        return Need(metric.name, metric.kind, metric.is_guardrail, estimate.mean, *[None] * 5)
    baseline, deviation, ratio = estimate.mean, sqrt(estimate.variance), treatment / control
    effect = abs(baseline) * relative_effect * (-1 if metric.is_lower_better else 1)
    at_hand = int((supply.at_once + supply.per_day * days) / of_all)
    if metric.kind == "conversion":
        is_possible = 0 < baseline + effect < 1
        needed = units_for_conversion(baseline, effect, ratio=ratio) if is_possible else None
        found = effect_for_conversion(baseline, at_hand, ratio=ratio) if at_hand > 1 else None
    else:
        needed = units_for_mean(deviation, effect, ratio=ratio)
        found = effect_for_mean(deviation, at_hand, ratio=ratio) if at_hand > 1 else None
    units = None if needed is None else round(needed * of_all)
    lasting = None if units is None else supply.days_for(units)
    return Need(
        metric.name, metric.kind, metric.is_guardrail, baseline, effect, needed, units,
        None if lasting is None else lasting + window_days,
        None if found is None else found / abs(baseline),
    )  # fmt: skip


def _shares(experiment: Experiment) -> tuple[float, float]:
    """Of the control and the smallest treatment; of factors those of the levels whose main effect takes most units.

    A main effect takes as many units as an experiment of its factor alone.
    """
    levels = experiment.levels.get(experiment.control, {})
    drawn = [(weights, levels[factor]) for factor, weights in (experiment.factors or {}).items()]
    shares = []
    for weights, control in drawn or [(experiment.variants, experiment.control)]:
        treatment = min(weight for name, weight in weights.items() if name != control)
        shares.append((weights[control] / sum(weights.values()), treatment / sum(weights.values())))
    return max(shares, key=lambda pair: 1 / pair[0] + 1 / pair[1])


def _estimate(metric: Metric, totals: Totals) -> Estimate:
    """A conversion's share as it is; else the mean, of which a covariate may have foretold a part."""
    if metric.kind == "ratio":
        return estimate_ratio(totals)
    if metric.is_covariate_used and metric.kind != "conversion":
        return adjust_means({"": totals})[""]
    return estimate_mean(totals)
