"""Whom a user means by a name, of those whom the published night knows.

Here belongs only finding the customer. Messages never repeat the name, which may be an address.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.errors import KindredError

# the first meaning that fits: a record, a customer of today or of old, an id in a source
_MEANINGS = """
with records as (
    select
        customer_id,
        source_record_id,
        concat(source, '/', source_table, '|', record_kind) as feed_and_kind
    from marts.customer_identities
),

meant as (
    select 1 as place, customer_id, feed_and_kind from records
    where concat(feed_and_kind, '|', source_record_id) = $name
    union all
    select 2, customer_id, null from marts.dim_customers where customer_id = $name
    union all
    select 2, current_customer_id, null from marts.customer_id_aliases where customer_id = $name
    union all
    select 3, customer_id, feed_and_kind from records where source_record_id = $name
)

select customer_id, list_sort(list(distinct feed_and_kind))
from meant
where place = (select min(place) from meant)
group by all
"""


def find_customer(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The customer_id of today that a name stands for.

    name: a customer's id, a record as feed|kind|id, or its id in a source. connection: whose `marts` are those of a
    snapshot. Raises KindredError where nobody has the name, its customer has no records left, or it is an id in
    sources of several customers.
    """
    found = connection.execute(_MEANINGS, {"name": name}).fetchall()
    if not found:
        raise KindredError(
            "the name is no customer, record or id in a source that the published night knows",
            "write feed|kind|id, such as 'crm/customers|customer|4711', by columns of marts.customer_identities",
        )
    if len(found) > 1:
        kinds = ", ".join(sorted({kind for _, kinds in found for kind in kinds}))
        raise KindredError(
            f"the name is an id of {len(found)} customers, in {kinds}",
            "put feed|kind| of the one you mean before it, in quotes",
        )
    ((customer, _),) = found
    if customer is None:
        raise KindredError(
            "the name is the id of a customer who has no records left", "see marts.identity_changes for when"
        )
    return customer
