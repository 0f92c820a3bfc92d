"""Who may be assigned tonight and is not yet, and what identity says of those who were: read from marts and activation.

Here belong SQL and the temporary tables that it leaves. Who gets what is `assignments`'.
"""

from __future__ import annotations

from datetime import datetime

import duckdb
import pandas as pd

from dagster_project.lib.activation.experiments.settings import Experiment

RECORD = "operations.experiment_assignments"
_PREPARE = f"""
create table if not exists {RECORD} (
    experiment_id varchar, unit varchar, unit_id varchar, variant_id varchar, assigned_at timestamp,
    propensity double, weight_epoch integer
);
create or replace temp table visitors_resolved as
    select source_record_id as visitor_id, max_by(customer_id, row(last_seen_at, customer_id)) as customer_id
    from marts.customer_identities where record_kind = 'visitor' group by 1;
"""
_RESOLVE = f"""
create or replace temp table units_recorded as
    select r.*, case
        when r.unit = 'visitor' then v.customer_id
        when a.customer_id is not null then a.current_customer_id
        else r.unit_id
    end as customer_id
    from {RECORD} as r
    left join marts.customer_id_aliases as a on r.unit = 'customer' and r.unit_id = a.customer_id
    left join visitors_resolved as v on r.unit = 'visitor' and r.unit_id = v.visitor_id
    where r.assigned_at <= $as_of
"""
AUDIENCE = """
    (len($segments::varchar[]) = 0 or c.customer_id in (
        select customer_id from activation.segment_memberships where list_contains($segments::varchar[], segment)
    ))
    and c.customer_id not in (
        select customer_id from activation.segment_memberships where list_contains($not_segments::varchar[], segment)
    )
"""
# A customer who was taken for part of another one has been shown what that one was shown.
_CUSTOMERS = f"""
    with earlier as (
        select s.customer_id, min(r.variant_id) as variant_id,
            min_by(r.propensity, (r.assigned_at, r.unit_id)) as propensity,
            min_by(r.weight_epoch, (r.assigned_at, r.unit_id)) as weight_epoch
        from marts.identity_changes as s
        left join marts.customer_id_aliases as a on s.previous_customer_id = a.customer_id
        join units_recorded as r
            on r.customer_id = coalesce(a.current_customer_id, s.previous_customer_id)
            and r.assigned_at < s.changed_at
        where s.change = 'split' and s.changed_at <= $as_of and r.experiment_id = $experiment_id
        group by 1 having count(distinct r.variant_id) = 1
    )
    select c.customer_id as unit_id, c.customer_id, earlier.variant_id, earlier.propensity, earlier.weight_epoch
    from activation.content_variables as c left join earlier using (customer_id)
    where c.is_known and c.is_personalizable and {AUDIENCE}
        and c.customer_id not in (
            select customer_id from units_recorded
            where experiment_id = $experiment_id and customer_id is not null
        )
    order by 1
"""
_VISITORS = f"""
    select v.visitor_id as unit_id, v.customer_id, null::varchar as variant_id, null::double as propensity,
        null::integer as weight_epoch
    from visitors_resolved as v join activation.content_variables as c using (customer_id)
    where c.is_personalizable and {AUDIENCE}
        and v.visitor_id in (
            select visitor_id from marts.fct_events
            where occurred_at >= coalesce($starts_at::timestamp, '-infinity'::timestamp) and occurred_at <= $as_of
        )
        and v.visitor_id not in (
            select unit_id from units_recorded where experiment_id = $experiment_id
        )
    order by 1
"""


def resolve_recorded(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
    """Leave the temporary table `units_recorded`: every row of RECORD that this instant sees, with its customer.

    The customer is who the unit is now; null where nobody is. as_of: UTC, naive.
    """
    connection.execute(_PREPARE)
    connection.execute(_RESOLVE, {"as_of": as_of})


def read_candidates(
    connection: duckdb.DuckDBPyConnection, experiment: Experiment, as_of: datetime
) -> pd.DataFrame:
    """Return a row for each unit to be assigned, in the order of ids.

    Columns: unit_id, customer_id, variant_id, propensity, weight_epoch. The variant is what identity says that the unit
    was shown already, and the last two say by which lot; else they are null. Units are those of the experiment's
    segments who are not against personalization. resolve_recorded comes first.
    """
    values = {
        "experiment_id": experiment.experiment_id,
        "segments": experiment.audience.segments,
        "not_segments": experiment.audience.not_segments,
        "as_of": as_of,
    }
    if experiment.unit == "visitor":
        return connection.execute(_VISITORS, values | {"starts_at": experiment.starts_at}).df()
    return connection.execute(_CUSTOMERS, values).df()
