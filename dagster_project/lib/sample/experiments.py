"""The planted experiments: who was shown which variant, and what it did.

`checkout_nudge` (unit: visitor) has an effect: in its window the control group gives up part of its web and app
orders at the checkout. `homepage_hero` (unit: customer) has none.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

NUDGE_START = "timestamp '2026-05-11 00:00:00'"
NUDGE_END = "timestamp '2026-06-21 23:59:59'"
HERO_START = "timestamp '2026-04-01 00:00:00'"
HERO_END = "timestamp '2026-04-30 23:59:59'"
CONTROL_KEEPS = 0.6
NUDGE_VARIANT = "if(hash(hash({unit}, 'nudge')) % 2 = 0, 'control', 'nudge')"


def build_exposures(connection: DuckDBPyConnection) -> None:
    """Create `landing.experiments_exposures`, one row a unit: its first session in the experiment's window."""
    connection.execute(f"""
        create table landing.experiments_exposures as
        select 'checkout_nudge' as experiment_id, {NUDGE_VARIANT.format(unit="visitor_id")} as variant_id,
            visitor_id as unit_id, min(started_at) as exposed_at, 'exposures' as _file
        from world.sessions where started_at between {NUDGE_START} and {NUDGE_END} group by visitor_id
        union all
        select 'homepage_hero', if(hash(hash(user_id, 'hero')) % 2 = 0, 'control', 'seasonal'), user_id,
            min(started_at),
            'exposures'
        from world.sessions
        where started_at between {HERO_START} and {HERO_END} and user_id is not null
        group by user_id
    """)
    connection.execute(f"""
        create table truth.experiments as
        with orders as (
            select 'checkout_nudge' as experiment_id, visitor_id as unit_id, started_at from world.sessions
            where kind = 'buy' and started_at <= {NUDGE_END}
            union all
            select 'homepage_hero', user_id, started_at from world.sessions
            where kind = 'buy' and started_at <= {HERO_END} and user_id is not null
        ), conversions as (
            select e.experiment_id, e.variant_id, e.unit_id, count_if(o.started_at >= e.exposed_at) as orders
            from landing.experiments_exposures as e left join orders as o using (experiment_id, unit_id)
            group by all
        )
        select experiment_id, variant_id,
            if(experiment_id = 'checkout_nudge' and variant_id = 'control', {CONTROL_KEEPS}, 1.0)
                as planted_order_share,
            count(*) as units, count_if(orders > 0) as converted_units, sum(orders)::bigint as orders
        from conversions group by all
    """)
