"""What units did: the sums over units that all statistics of a readout are made of, in one pass over their events.

Here belongs SQL from experiments.exposures and events to sums; `models_ml.experiments.readouts` reads them out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb

from dagster_project.lib.activation.experiments.exposures import EXPOSURES
from models_ml.experiments.readouts import ALL, Key, Totals, add_totals

_NUMBERS = ("revenue", "price", "quantity", "engagement_ms", "scroll_percent")

# A stay that a night recorded after the exposure is one that did not end in between, and what ended the others may be
# the variant's doing: only what was recorded before counts. Where nobody was exposed after the first night that
# recorded anything, such stays are all there is.
_UNITS = f"""
create or replace temp table counted_units as
    select experiment_id, counted_as as unit_id, variant_id, any_value(customer_id) as customer_id,
        min(exposed_at) as exposed_at, any_value(weight_epoch) as weight_epoch
    from {{exposures}} where not is_excluded group by experiment_id, counted_as, variant_id;
create or replace temp table unit_keys as
    select distinct x.experiment_id, x.unit, u.unit_id, u.exposed_at,
        if(x.unit = 'customer', coalesce(x.customer_id, x.unit_id), x.unit_id) as unit_key
    from {{exposures}} as x join counted_units as u on x.experiment_id = u.experiment_id
        and x.counted_as = u.unit_id
    where not x.is_excluded;
create or replace temp table hindsight as
    select experiment_id from counted_units group by 1
    having not coalesce(max(exposed_at) >= (select min(recorded_at) from activation.segment_history), false);
create or replace temp table unit_segments as
    with stays as (
        select coalesce(a.current_customer_id, h.customer_id) as customer_id, h.segment, h.entered_at, h.exited_at,
            h.recorded_at
        from activation.segment_history as h left join marts.customer_id_aliases as a using (customer_id)
    )
    select experiment_id, unit_id, '{ALL}' as segment from counted_units
    union
    select u.experiment_id, u.unit_id, s.segment
    from counted_units as u join stays as s
        on s.customer_id = u.customer_id and s.entered_at <= u.exposed_at
        and (s.exited_at is null or s.exited_at > u.exposed_at)
        and (s.recorded_at <= u.exposed_at or u.experiment_id in (select experiment_id from hindsight))
"""
_PARAMETER = (
    "try_cast(json_extract_string(e.parameters, '$.\"' || replace(w.value, '\"', '') || '\"') as double)"
)
_VALUE = f"""case w.value {" ".join(f"when '{number}' then e.{number}" for number in _NUMBERS)}
    else if(abs({_PARAMETER}) < 1e12, {_PARAMETER}, null) end"""
# Each event is met once, in whichever windows of whichever metrics it lies: after the exposure, or before it for what
# stands beside the metric. What is known of before goes back a century.
_VALUES = f"""
create or replace temp table unit_values as
    with windows as (
        select experiment_id, metric, kind, event_name, value, true as is_after, 0 as begins, window_days as ends
        from operations.experiment_metrics
        union all
        select experiment_id, metric, if(is_binary, 'conversion', if(value is null, 'count', 'mean')), event_name,
            value, false, -coalesce(days, 36500), 0
        from operations.experiment_covariates
    ), happened as (
        select k.experiment_id, k.unit_id, w.metric, w.kind, w.is_after, if(w.value is null, null, {_VALUE}) as value
        from unit_keys as k
        join windows as w using (experiment_id)
        join intermediate.int_experiment_events_listed as e
            on e.unit = k.unit and e.unit_key = k.unit_key and e.event_name = w.event_name
            and e.occurred_at >= k.exposed_at + to_seconds(w.begins * 86400)
            and e.occurred_at < k.exposed_at + to_seconds(w.ends * 86400)
    ), summed as (
        select experiment_id, unit_id, metric, is_after,
            case kind
                when 'conversion' then 1.0
                when 'count' then count(*)
                else coalesce(sum(value::decimal(38, 6)), 0)
            end::double as value,
            count(value)::double as number
        from happened group by experiment_id, unit_id, metric, is_after, kind
    )
    select experiment_id, unit_id, metric,
        coalesce(any_value(value) filter (is_after), 0) as y,
        coalesce(any_value(number) filter (is_after), 0) as d,
        coalesce(any_value(value) filter (not is_after), 0) as x
    from summed group by all
"""
# A sum of floating-point numbers hangs on the order of rows, one of whole numbers does not: by powers of two, which
# cost them nothing, numbers are brought below one and to whole ones, and back.
_SCALES = ", ".join(
    f"pow(2, ceil(log2(greatest(max(abs({figure})), 1e-9)))) as {figure}_scale" for figure in "ydx"
)

_WHOLE = f"{2**60}::double"


def _sum(*figures: str) -> str:
    product = " * ".join(f"({figure} / {figure}_scale)" for figure in figures)
    scale = " * ".join(f"any_value({figure}_scale)" for figure in figures)
    return f"sum(round(({product}) * {_WHOLE})::bigint)::double / {_WHOLE} * {scale}"


# Days are told apart for everybody alone: what a segment's results were on each is nobody's question.
_TOTALS = f"""
    with units as (
        select u.experiment_id, u.weight_epoch, u.variant_id, u.unit_id, s.segment,
            if(s.segment = '{ALL}', u.exposed_at::date, null) as day
        from counted_units as u join unit_segments as s using (experiment_id, unit_id)
    ), sizes as (
        select experiment_id, weight_epoch, segment, variant_id, day, count(*) as units from units group by all
    ), scales as (
        select experiment_id, metric, {_SCALES} from unit_values group by all
    ), sums as (
        select u.experiment_id, u.weight_epoch, u.segment, u.variant_id, u.day, v.metric,
            {_sum("y")} as y, {_sum("y", "y")} as yy, {_sum("d")} as d, {_sum("d", "d")} as dd,
            {_sum("y", "d")} as yd, {_sum("x")} as x, {_sum("x", "x")} as xx, {_sum("y", "x")} as yx
        from unit_values as v
        join scales using (experiment_id, metric)
        join units as u using (experiment_id, unit_id)
        group by all
    )
    select z.experiment_id, z.weight_epoch, z.day, m.metric, z.segment, z.variant_id, m.kind, z.units,
        coalesce(y, 0), coalesce(yy, 0), coalesce(d, 0), coalesce(dd, 0), coalesce(yd, 0), coalesce(x, 0),
        coalesce(xx, 0), coalesce(yx, 0)
    from sizes as z
    join operations.experiment_metrics as m using (experiment_id)
    left join sums as s on s.experiment_id = z.experiment_id and s.segment = z.segment
        and s.variant_id = z.variant_id and s.metric = m.metric and s.day is not distinct from z.day
        and s.weight_epoch is not distinct from z.weight_epoch
    order by z.experiment_id, z.weight_epoch nulls first, z.day nulls last, m.metric, z.segment, z.variant_id
"""
_COMPLETE = """
    select m.experiment_id, m.metric, count(*),
        count(*) filter (u.exposed_at + to_seconds(m.window_days * 86400) <= $as_of)
    from counted_units as u join operations.experiment_metrics as m using (experiment_id) group by all
"""


@dataclass
class Sums:
    """Of one experiment, over its units that count; those without an event count as zeros."""

    by_epoch: dict[int | None, dict[Key, Totals]] = field(default_factory=dict)
    """Set of weights by which units were assigned, None where nobody recorded it -> sums of these units."""
    by_day: dict[date, dict[int | None, dict[Key, Totals]]] = field(default_factory=dict)
    """Day of the first exposure (UTC) -> the same for everybody exposed on it."""
    complete_units: dict[str, int] = field(default_factory=dict)
    """Metric -> units whose window is over."""
    units: int = 0
    is_hindsight: bool = False
    """Whether nobody's segments were recorded before the exposure, so that they may be the variant's doing."""

    @property
    def totals(self) -> dict[Key, Totals]:
        """Sums of all units."""
        return add_totals(self.by_epoch.values())


def read_sums(
    connection: duckdb.DuckDBPyConnection, as_of: datetime, exposures: str = EXPOSURES
) -> dict[str, Sums]:
    """Return each experiment that has a unit with its sums.

    as_of: UTC, naive. exposures: table of the units, with the columns of experiments.exposures.
    """
    connection.execute(_UNITS.format(exposures=exposures))
    connection.execute(_VALUES)
    experiments: dict[str, Sums] = defaultdict(Sums)
    for name, epoch, day, metric, segment, variant, kind, units, *numbers in connection.execute(
        _TOTALS
    ).fetchall():
        y, yy, d, dd, yd, x, xx, yx = numbers
        ratio = (d, dd, yd) if kind == "ratio" else (0.0, 0.0, 0.0)
        key, totals = (metric, segment, variant), Totals(units, y, yy, *ratio, x, xx, yx)
        sums = experiments[name]
        place = sums.by_epoch.setdefault(epoch, {})
        place[key] = place[key] + totals if key in place else totals
        if day is not None:
            sums.by_day.setdefault(day, {}).setdefault(epoch, {})[key] = totals
    for name, metric, units, complete in connection.execute(_COMPLETE, {"as_of": as_of}).fetchall():
        experiments[name].units = units
        experiments[name].complete_units[metric] = complete
    for (name,) in connection.execute("from hindsight").fetchall():
        experiments[name].is_hindsight = True
    return dict(experiments)
