"""What is read of products: their texts and attributes, who touched them, and which orders held them.

Here belong the SELECTs behind product vectors, product lists and reading lists; the rest of what the recommender reads
is in marts.py. Whoever denied personalization is in none of it, reviews included.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization.marts import AUDIENCE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection
    from scipy.sparse import csr_matrix

    Array = np.ndarray[Any, Any]

ITEMS = "temp.item_positions"

_MOST_REVIEWS = 50
"""Of a product, the latest: they say what it is, and more of them say it again."""

# every product, article, guide and video, by id
_CREATE_ITEMS = f"""
create or replace temp table {ITEMS.removeprefix("temp.")} as
select (row_number() over (order by product_id) - 1)::integer as position, product_id
from marts.dim_products
where product_id is not null
"""

_READ_TEXTS = f"""
with reviews as (
    select product_id, review_text, reviewed_at
    from marts.fct_reviews
    where reviewed_at <= $as_of and review_text is not null and (
        customer_id is null or customer_id not in (
            select customer_id from marts.customer_consents
            where purpose = 'personalization' and status = 'denied' and customer_id is not null
        )
    )
    qualify row_number() over (
        partition by product_id order by reviewed_at desc, review_text
    ) <= {_MOST_REVIEWS}
),
gathered as (
    select product_id, string_agg(review_text, ' ' order by reviewed_at desc, review_text) as reviews
    from reviews
    group by product_id
)
select
    p.product_id, p.item_type, p.is_active, p.name, p.description, p.category, p.subcategory, p.brand, p.tags,
    gathered.reviews
from {ITEMS} as i
join marts.dim_products as p on p.product_id = i.product_id
left join gathered on gathered.product_id = i.product_id
order by i.position
"""

_DAYS = "greatest(date_diff('second', {}, $as_of::timestamp), 0) / 86400.0"
# weights are added up as decimals, whose sum does not depend on the order that threads add them in
_WEIGHT = (
    f"sum(round(exp(-{_DAYS.format('occurred_at')} / $decay_days) * strength, 9)::decimal(18, 9))::double"
)

# what somebody looks at while looking for information says more of interests than the way to a purchase does
_READ_TOUCHES = f"""
with touches as (
    select e.customer_id, e.product_id, e.occurred_at,
        case when s.intent = 'informational' then 1.0 else 0.5 end as strength
    from marts.fct_events as e
    left join marts.fct_sessions as s on s.session_id = e.session_id
    where e.product_id is not null and e.occurred_at <= $as_of
    union all
    select customer_id, product_id, ordered_at, 0.5
    from marts.fct_order_lines
    where product_id is not null and ordered_at <= $as_of and not is_return
)
select a.position as customer, i.position as item, {_WEIGHT} as weight
from touches
join {AUDIENCE} as a on a.customer_id = touches.customer_id
join {ITEMS} as i on i.product_id = touches.product_id
group by all
having weight > 0
order by all
"""

_READ_ORDERS = f"""
select distinct dense_rank() over (order by lines.feed, lines.order_id) - 1 as basket, i.position as item
from marts.fct_order_lines as lines
join {ITEMS} as i on i.product_id = lines.product_id
where lines.ordered_at <= $as_of and not lines.is_return and lines.quantity > 0 and (
    lines.customer_id is null or lines.customer_id not in (
        select customer_id from marts.customer_consents
        where purpose = 'personalization' and status = 'denied' and customer_id is not null
    )
)
order by all
"""

_READ_ATTRIBUTES = f"""
select
    p.product_id, p.item_type = 'product' and p.is_active as is_recommendable, p.category, p.price, p.list_price,
    date_diff('second', p.available_from_date::timestamp, $as_of::timestamp) / 86400.0 as arrived_days
from {ITEMS} as i
join marts.dim_products as p on p.product_id = i.product_id
order by i.position
"""


def create_items(connection: DuckDBPyConnection) -> None:
    """Create the temporary table of all items: position (from 0, by id) and product_id."""
    connection.execute(_CREATE_ITEMS)


def read_texts(connection: DuckDBPyConnection, as_of: datetime) -> pd.DataFrame:
    """Return a row an item, in the order of their positions: product_id, item_type, is_active and the texts."""
    return connection.execute(_READ_TEXTS, {"as_of": as_of}).df()


def read_touches(connection: DuckDBPyConnection, as_of: datetime, decay_days: float) -> csr_matrix:
    """Return what the audience touched, customers x items: decayed weights of events and purchases.

    Rows stand in the order of the audience of marts.py, columns in that of the items; both tables must be there.
    """
    return _read_matrix(connection, _READ_TOUCHES, {"as_of": as_of, "decay_days": decay_days}, AUDIENCE)


def read_orders(connection: DuckDBPyConnection, as_of: datetime) -> csr_matrix:
    """Return orders x items, 1 where an order holds an item; orders of customers unknown to anybody are there too."""
    return _read_matrix(connection, _READ_ORDERS, {"as_of": as_of}, None)


def read_attributes(connection: DuckDBPyConnection, as_of: datetime) -> pd.DataFrame:
    """Return a row an item, in the order of their positions, with what new arrivals and discounts are told by.

    product_id, is_recommendable (an active product), category, price, list_price, arrived_days (since the day from
    which it is available; null where that is not known).
    """
    return connection.execute(_READ_ATTRIBUTES, {"as_of": as_of}).df()


def _read_matrix(
    connection: DuckDBPyConnection, query: str, parameters: dict[str, Any], row_table: str | None
) -> csr_matrix:
    """Return the rows of a query (row position, column position and perhaps a weight) as a matrix, float32."""
    import numpy as np
    from scipy.sparse import csr_matrix

    columns = list(connection.execute(query, parameters).fetchnumpy().values())
    row, column = (np.asarray(values).astype(np.int64) for values in columns[:2])
    weight = np.asarray(columns[2]) if len(columns) > 2 else np.ones(len(row))
    height = _count(connection, row_table) if row_table else int(row.max(initial=-1)) + 1
    shape = (height, _count(connection, ITEMS))
    return csr_matrix((weight.astype(np.float32), (row, column)), shape=shape)


def _count(connection: DuckDBPyConnection, table: str) -> int:
    counted = connection.execute(f"select count(*) from {table}").fetchone()
    return counted[0] if counted else 0
