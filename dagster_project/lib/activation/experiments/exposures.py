"""experiments.exposures and experiments.variants: which unit saw which variant first, and who counts for nothing.

Here belongs the choice of what an exposure is, and why a unit is left out. What units did afterwards is `totals`'.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

EXPOSURES, VARIANTS = "experiments.exposures", "experiments.variants"
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
    left join intermediate.int_experiment_exposures_gathered as g using (experiment_id)
    group by e.experiment_id, e.unit, k.experiment_id
"""
# Units of one customer are one person: what one of them was shown, the other has seen. Of a unit whose exposures tell
# of two variants it is not known what it saw, and of one that was shown another than its own not why.
_WRITE = f"""
create or replace table {EXPOSURES} as
    with assigned as (
        select experiment_id, coalesce(customer_id, unit_id) as person, unit_id, customer_id, variant_id, assigned_at,
            min(variant_id) over people as least_variant, max(variant_id) over people as greatest_variant
        from experiments.assignments
        window people as (partition by experiment_id, coalesce(customer_id, unit_id))
    ), seen as (
        select s.experiment_id, s.unit, s.assigned_by, s.exposure_source, g.unit_id, g.customer_id, g.variant_id,
            g.exposed_at
        from exposure_sources as s
        join intermediate.int_experiment_exposures_gathered as g using (experiment_id, exposure_source)
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
        select p.*, case
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
        left join (select distinct experiment_id, person, least_variant, greatest_variant from assigned) as a
            on a.experiment_id = p.experiment_id and a.person = p.person
    )
    select experiment_id, unit, unit_id, customer_id, variant_id, exposed_at, exposure_source, counted_as,
        excluded_because is not null as is_excluded, excluded_because, $computed_at::timestamp as computed_at,
        $run_id::varchar as run_id
    from judged
    order by experiment_id, unit_id
"""
_COUNT = f"""
create or replace table {VARIANTS} as
    select v.experiment_id, v.variant_id, v.is_control, s.assigned_by, s.exposure_source, v.share,
        count(*) filter (not x.is_excluded and x.unit_id = x.counted_as) as units,
        count(*) filter (x.is_excluded) as excluded_units,
        count(*) filter (x.excluded_because in ('several variants', 'customer in several variants'))
            as excluded_in_several_variants,
        min(x.exposed_at) as first_exposed_at, max(x.exposed_at) as last_exposed_at,
        $computed_at::timestamp as computed_at, $run_id::varchar as run_id
    from operations.experiment_variants as v
    join exposure_sources as s using (experiment_id)
    left join {EXPOSURES} as x using (experiment_id, variant_id)
    group by all
    order by v.experiment_id, v.variant_id
"""


def write_exposures(connection: duckdb.DuckDBPyConnection, run: tuple[str, datetime]) -> None:
    """Write both tables, of the experiments that there are. experiments.assignments comes before.

    run: id and time (naive UTC) of the run, which every row says.
    """
    run_id, computed_at = run
    traced = {"run_id": run_id, "computed_at": computed_at}
    connection.execute(_SOURCES)
    connection.execute(_WRITE, traced)
    connection.execute(_COUNT, traced)
