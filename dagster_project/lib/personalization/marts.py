"""What the recommender reads from the marts.

Here belongs every SELECT on marts, so that the columns personalization depends on stand in one
place. Nothing is written but temporary tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import read_as_of

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

AUDIENCE = "temp.recommendation_audience"

# who gets lists, and who is in the models: known, or a visitor seen with a product or buying one, and not against
# personalization
_CREATE_AUDIENCE = f"""
create or replace temp table {AUDIENCE.removeprefix("temp.")} as
with chosen as (
    select customer_id, is_known
    from marts.dim_customers
    where is_known
        or customer_id in (select customer_id from marts.fct_events where product_id is not null)
        or customer_id in (
            select customer_id from marts.fct_events intersect select customer_id from marts.fct_order_lines
        )
),
denied as (
    select customer_id
    from marts.customer_consents
    where purpose = 'personalization' and status = 'denied' and customer_id is not null
)
select
    (row_number() over (order by customer_id) - 1)::integer as position,
    customer_id,
    coalesce(is_known, false) as is_known
from chosen
where customer_id not in (select customer_id from denied)
"""

# the others still count for what is popular, and have no position
_LIST_SOME = f"""
create or replace temp table {AUDIENCE.removeprefix("temp.")} as
with split as (select customer_id in (select unnest($1::varchar[])) as is_listed, * exclude position from {AUDIENCE})

select
    case when is_listed then row_number() over (partition by is_listed order by customer_id) - 1 end::integer
        as position,
    customer_id,
    is_known
from split
"""

_READ_INTERACTIONS = f"""
with listed as (select customer_id from {AUDIENCE} where position is not null)

select customer_id, product_id, ordered_at as occurred_at,
    case when is_return then 'return' else 'purchase' end as kind, abs(quantity) as quantity
from marts.fct_order_lines
where customer_id in (select customer_id from listed) and ordered_at <= $as_of and product_id is not null
union all
select customer_id, product_id, occurred_at, event_name as kind, null as quantity
from marts.fct_events
where customer_id in (select customer_id from listed) and occurred_at <= $as_of and product_id is not null
    and event_name in ('view_item', 'add_to_cart', 'purchase')
"""

_READ_PRODUCTS = """
select
    product_id, category, brand, price, list_price,
    date_diff('second', available_from_date::timestamp, $as_of) / 86400 as available_days
from marts.dim_products
where item_type = 'product'
order by product_id
"""


@dataclass(frozen=True)
class MartData:
    """What the models need of the marts, with the moment they look from.

    interactions: rows as `models_ml.recommendations.interactions.collect_interactions` takes them. catalogue: every
    product, active or not. products: a row for each of them as `models_ml.recommendations.products` takes it. known:
    the customers of the audience that are known.
    """

    as_of: datetime
    interactions: pd.DataFrame
    catalogue: list[str]
    products: pd.DataFrame
    known: list[str]


def create_audience(connection: DuckDBPyConnection) -> None:
    """Create the temporary table of customers who get lists: position (from 0), customer_id, is_known.

    Where `read_audience` was asked for some of them, the others stay in it without a position.
    """
    connection.execute(_CREATE_AUDIENCE)


def read_marts(connection: DuckDBPyConnection) -> MartData:
    """Return what the models need; creates the audience."""
    create_audience(connection)
    as_of = read_as_of(connection)
    products = connection.execute(_READ_PRODUCTS, {"as_of": as_of}).df()
    known = f"select customer_id from {AUDIENCE} where is_known order by customer_id"
    return MartData(
        as_of=as_of,
        interactions=read_interactions(connection),
        catalogue=products["product_id"].tolist(),
        products=products,
        known=[customer_id for (customer_id,) in connection.execute(known).fetchall()],
    )


def read_interactions(connection: DuckDBPyConnection) -> pd.DataFrame:
    """Return what the customers who get lists did up to the night's moment, see `MartData`."""
    return connection.execute(_READ_INTERACTIONS, {"as_of": read_as_of(connection)}).df()


def read_audience(connection: DuckDBPyConnection, among: Sequence[str] | None = None) -> list[str]:
    """Return the customers who get lists, in the order of their positions; creates the audience.

    among: the only customers to look at; all where None.
    """
    create_audience(connection)
    if among is not None:
        connection.execute(_LIST_SOME, [list(among)])
    return [
        row[0]
        for row in connection.execute(
            f"select customer_id from {AUDIENCE} where position is not null order by position"
        ).fetchall()
    ]


def read_active_products(connection: DuckDBPyConnection) -> list[str]:
    """Return the products that may be recommended today: active, in stock, and neither article, guide nor video.

    Where nothing is known of its stock, a product counts as in stock.
    """
    query = """
        select product_id from marts.dim_products
        where item_type = 'product' and is_active and coalesce(stock_quantity > 0, true) order by product_id
    """
    return [product_id for (product_id,) in connection.execute(query).fetchall()]
