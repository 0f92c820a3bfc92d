"""experiments.exposures and experiments.variants: which unit saw which variant first, and who counts for nothing.

Here belongs the choice of what an exposure is, and why a unit is left out. What units did afterwards is `totals`'.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from dagster_project.lib.activation.experiments.tables import STRATEGIES
from dagster_project.lib.activation.experiments.weights import WEIGHTS

EXPOSURES, VARIANTS = "experiments.exposures", "experiments.variants"
# Whoever sees a list after the night that assigned them sees that of their variant: the event need not name it.
_LISTS = f"""
create or replace temp table list_showings as
    select x.experiment_id, 'showings' as exposure_source, a.unit_id, a.customer_id, a.variant_id,
        min(e.occurred_at) as exposed_at
    from (select distinct experiment_id, list_name from {STRATEGIES}) as l
    join operations.experiments as x using (experiment_id)
    join experiments.assignments as a using (experiment_id)
    join marts.fct_events as e on e.customer_id = a.customer_id and e.occurred_at > a.assigned_at
        and split_part(e.item_list_id, ':', 1) = 'kindred' and split_part(e.item_list_id, ':', 2) = l.list_name
        and (x.starts_at is null or e.occurred_at >= x.starts_at)
        and (x.ends_at is null or e.occurred_at < x.ends_at)
    group by x.experiment_id, a.unit_id, a.customer_id, a.variant_id;
create or replace temp view exposures_told as
    from intermediate.int_experiment_exposures_gathered union all by name from list_showings
"""
# What exposures say goes before what blocks and messages say, as their names do, and that before who was assigned: a
# unit that never saw its variant only dilutes what the variant does.
_SOURCES = """
create or replace temp table exposure_sources as
    with kindred as (
        select experiment_id from operations.experiments
        where assigned_by = 'kindred'
            or assigned_by is null and experiment_id in (select experiment_id from experiments.assignments)
    )
    select e.experiment_id, e.unit, if(k.experiment_id is null, 'exposures', 'kindred') as assigned_by,
        coalesce(min(g.exposure_source), if(k.experiment_id is null, 'exposures', 'assignments')) as exposure_source
    from operations.experiments as e
    left join kindred as k using (experiment_id)
    left join exposures_told as g using (experiment_id)
    group by e.experiment_id, e.unit, k.experiment_id
"""
# Units of one customer are one person: what one of them was shown, the other has seen. Of a unit whose exposures tell
# of two variants it is not known what it saw, and of one that was shown another than its own not why.
_WRITE = f"""
create or replace table {EXPOSURES} as
    with assigned as (
        select experiment_id, coalesce(customer_id, unit_id) as person, unit_id, customer_id, variant_id, assigned_at,
            min(variant_id) over people as least_variant, max(variant_id) over people as greatest_variant,
            first_value(weight_epoch) over (people order by assigned_at, unit_id) as first_epoch
        from experiments.assignments
        window people as (partition by experiment_id, coalesce(customer_id, unit_id))
    ), seen as (
        select s.experiment_id, s.unit, s.assigned_by, s.exposure_source, g.unit_id, g.customer_id, g.variant_id,
            g.exposed_at
        from exposure_sources as s
        join exposures_told as g using (experiment_id, exposure_source)
        union all
        select s.experiment_id, s.unit, s.assigned_by, s.exposure_source, a.unit_id, a.customer_id, a.variant_id,
            a.assigned_at
        from exposure_sources as s join assigned as a using (experiment_id)
        where s.exposure_source = 'assignments'
    ), units as (
        select experiment_id, unit, assigned_by, exposure_source, unit_id, any_value(customer_id) as customer_id,
            coalesce(any_value(customer_id), unit_id) as person, min(exposed_at) as exposed_at,
            min_by(variant_id, (exposed_at, variant_id)) as variant_id, count(distinct variant_id) as variants
        from seen group by experiment_id, unit, assigned_by, exposure_source, unit_id
    ), people as (
        select *, min(variant_id) over people as least_variant, max(variant_id) over people as greatest_variant,
            max(variants) over people as most_variants,
            first_value(unit_id) over (people order by exposed_at, unit_id) as counted_as
        from units
        window people as (partition by experiment_id, person)
    ), judged as (
        select p.*, if(p.assigned_by = 'kindred', a.first_epoch, null) as weight_epoch, case
            when v.variant_id is null then 'unknown variant'
            when p.variants > 1 then 'several variants'
            when p.most_variants > 1 or p.least_variant <> p.greatest_variant then 'customer in several variants'
            when p.assigned_by = 'exposures' then null
            when a.person is null then 'not assigned'
            when a.least_variant <> a.greatest_variant then 'customer in several variants'
            when a.least_variant <> p.variant_id then 'another variant than assigned'
        end as excluded_because
        from people as p
        left join operations.experiment_variants as v using (experiment_id, variant_id)
        left join (
            select distinct experiment_id, person, least_variant, greatest_variant, first_epoch from assigned
        ) as a
            on a.experiment_id = p.experiment_id and a.person = p.person
    )
    select experiment_id, unit, unit_id, customer_id, variant_id, exposed_at, exposure_source, counted_as,
        weight_epoch, excluded_because is not null as is_excluded, excluded_because,
        $computed_at::timestamp as computed_at, $run_id::varchar as run_id
    from judged
    order by experiment_id, unit_id
"""
# What each set of shares leads to expect: of those variants that the file has still, of which alone units count.
_COUNT = f"""
create or replace table {VARIANTS} as
    with epochs as (
        select experiment_id, weight_epoch, count(*) as units from {EXPOSURES}
        where not is_excluded and unit_id = counted_as group by all
    ), shares as (
        select v.experiment_id, v.variant_id, e.weight_epoch, e.units,
            if(e.weight_epoch is null, v.share, coalesce(w.weight, 0)) as share
        from operations.experiment_variants as v
        join epochs as e using (experiment_id)
        left join {WEIGHTS} as w on w.experiment_id = e.experiment_id and w.weight_epoch = e.weight_epoch
            and w.variant_id = v.variant_id
    ), expected as (
        select experiment_id, variant_id, sum(expected) as units
        from (
            select experiment_id, variant_id,
                units * share / nullif(sum(share) over (partition by experiment_id, weight_epoch), 0) as expected
            from shares
        )
        group by all
    )
    select v.experiment_id, v.variant_id, v.is_control, s.assigned_by, s.exposure_source, v.share,
        any_value(w.weight) as weight, any_value(e.units) as expected_units,
        count(*) filter (not x.is_excluded and x.unit_id = x.counted_as) as units,
        count(*) filter (x.is_excluded) as excluded_units,
        count(*) filter (x.excluded_because in ('several variants', 'customer in several variants'))
            as excluded_in_several_variants,
        min(x.exposed_at) as first_exposed_at, max(x.exposed_at) as last_exposed_at,
        $computed_at::timestamp as computed_at, $run_id::varchar as run_id
    from operations.experiment_variants as v
    join exposure_sources as s using (experiment_id)
    left join {EXPOSURES} as x using (experiment_id, variant_id)
    left join expected as e using (experiment_id, variant_id)
    left join {WEIGHTS} as w on w.experiment_id = v.experiment_id and w.variant_id = v.variant_id and w.is_present
    group by all
    order by v.experiment_id, v.variant_id
"""


def write_exposures(connection: duckdb.DuckDBPyConnection, run: tuple[str, datetime]) -> None:
    """Write both tables, of the experiments that there are. experiments.assignments and weights come before.

    run: id and time (naive UTC) of the run, which every row says.
    """
    run_id, computed_at = run
    traced = {"run_id": run_id, "computed_at": computed_at}
    connection.execute(_LISTS)
    connection.execute(_SOURCES)
    connection.execute(_WRITE, traced)
    connection.execute(_COUNT, traced)
