"""What the scores are learnt from: each customer's features at a cutoff, and what came after it.

Here belongs the SQL that turns marts into frames, so that one place decides what a feature may see: nothing after the
cutoff. What is learnt from them belongs to `models_ml.propensity`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

WINDOWS = (7, 30, 90, 365)
"""Days before the cutoff over which orders, visits and clicks are counted."""

SCORED = "temp.scored_customers"

# who gets scores: known or a buyer, and not against personalization; only the known are learnt from, since a guest
# order is a customer that by its nature never comes back
_CREATE_SCORED = f"""
create or replace temp table {SCORED.removeprefix("temp.")} as
select customers.customer_id, coalesce(customers.is_known, false) as is_known, customers.first_seen_at
from marts.dim_customers as customers
where (
        customers.is_known
        or customers.customer_id in (select customer_id from marts.fct_orders where not is_return)
    )
    and customers.customer_id not in (
        select customer_id from marts.customer_consents
        where purpose = 'personalization' and status = 'denied' and customer_id is not null
    )
"""


def _windows(name: str, time: str, condition: str = "true", value: str = "count(*)") -> str:
    """Columns `name_7` and so on: `value` of the rows of each window."""
    return ",\n    ".join(
        f"{value} filter (where {condition} and {time} > $cutoff - interval {days} day) as {name}_{days}"
        for days in WINDOWS
    )


# amounts are added up as decimals, whose sum does not depend on the order that threads add them in
_REVENUE = """sum(
    case when isfinite(net_amount_in_base_currency) then net_amount_in_base_currency::decimal(38, 6) end
)"""
_DAYS = "date_diff('second', {}, $cutoff::timestamp) / 86400.0"
_FEATURES = f"""
with orders as (
    select
        customer_id,
        count(*) filter (where not is_return) as order_count,
        count(distinct ordered_at::date) filter (where not is_return) as order_days,
        count(*) filter (where is_return) as return_count,
        coalesce({_REVENUE}, 0)::double as revenue,
        {_DAYS.format("min(ordered_at) filter (where not is_return)")} as first_order_days,
        {_DAYS.format("max(ordered_at) filter (where not is_return)")} as last_order_days,
        {_windows("orders", "ordered_at", "not is_return")},
        {_windows("revenue", "ordered_at", value=f"{_REVENUE}")}
    from marts.fct_orders where ordered_at <= $cutoff group by customer_id
),
visits as (
    select
        customer_id,
        {_DAYS.format("max(started_at)")} as last_visit_days,
        {_windows("sessions", "started_at")}
    from marts.fct_sessions where started_at <= $cutoff group by customer_id
),
events as (
    select
        customer_id,
        {_windows("product_views", "occurred_at", "event_name = 'view_item'")},
        {_windows("cart_adds", "occurred_at", "event_name = 'add_to_cart'")}
    from marts.fct_events
    where occurred_at <= $cutoff and occurred_at > $cutoff - interval {max(WINDOWS)} day
        and event_name in ('view_item', 'add_to_cart')
    group by customer_id
),
clicks as (
    select
        customer_id,
        {_DAYS.format("max(occurred_at)")} as last_click_days,
        {_windows("email_clicks", "occurred_at")}
    from marts.fct_email_events where occurred_at <= $cutoff and event_name = 'click' group by customer_id
),
outcomes as (
    select customer_id{{outcomes}}
    from marts.fct_orders where ordered_at > $cutoff group by customer_id
)
select
    people.customer_id,
    people.is_known,
    {_DAYS.format("people.first_seen_at")} as known_days,
    orders.* exclude (customer_id),
    visits.* exclude (customer_id),
    events.* exclude (customer_id),
    clicks.* exclude (customer_id),
    outcomes.* exclude (customer_id)
from {SCORED} as people
left join orders using (customer_id)
left join visits using (customer_id)
left join events using (customer_id)
left join clicks using (customer_id)
left join outcomes using (customer_id)
where people.first_seen_at is null or people.first_seen_at <= $cutoff
"""
_OUTCOMES = f""",
        count(*) filter (where not is_return and ordered_at <= $cutoff + interval {{days}} day)
            as later_orders_{{days}},
        ({_REVENUE} filter (where ordered_at <= $cutoff + interval {{days}} day))::double as later_revenue_{{days}}"""
_ORDERED = " order by people.customer_id"
# of more customers than this a model learns no better, only slower; which ones is decided by their ids alone
_SAMPLED = " and people.is_known order by md5(people.customer_id), people.customer_id limit $most"


def create_scored(connection: DuckDBPyConnection) -> None:
    """Create the temporary table of customers who get scores: customer_id, is_known, first_seen_at."""
    connection.execute(_CREATE_SCORED)


def read_first_order(connection: DuckDBPyConnection, as_of: datetime) -> tuple[datetime | None, int]:
    """Return the time of the first order of a scored, known customer, and how many of them ever bought."""
    query = f"""
        select min(ordered_at), count(distinct customer_id) from marts.fct_orders
        where not is_return and ordered_at <= ?
            and customer_id in (select customer_id from {SCORED} where is_known)
    """
    return connection.execute(query, [as_of]).fetchone() or (None, 0)


def read_training(
    connection: DuckDBPyConnection, cutoff: datetime, horizons: Iterable[int], most: int
) -> pd.DataFrame:
    """Return the features of at most `most` known customers at a cutoff, and later_orders_N, later_revenue_N.

    Those are of the N days after the cutoff, for each N of `horizons`; the caller uses those that end by the night's
    instant. Times since are in days; counts, amounts and times are null where there was nothing.
    """
    outcomes = "".join(_OUTCOMES.format(days=int(days)) for days in sorted(set(horizons)))
    query = _FEATURES.format(outcomes=outcomes) + _SAMPLED
    frame = connection.execute(query, {"cutoff": cutoff, "most": most}).df()
    return frame.sort_values("customer_id", ignore_index=True)


def read_current(connection: DuckDBPyConnection, as_of: datetime) -> pd.DataFrame:
    """Return the features of every customer who gets scores, as of the night's instant."""
    return connection.execute(_FEATURES.format(outcomes="") + _ORDERED, {"cutoff": as_of}).df()
