"""The documents that Redis is sent, as one collection of rows."""

from __future__ import annotations

from dagster_project.lib.activation.delivery.targets import Collection, Column
from dagster_project.lib.activation.destinations.outgoing import AGAINST


def documents(products_a_list: int) -> Collection:
    """Rows of a key and a document, as JSON. products_a_list: how many of each list a document has."""
    return Collection(
        "documents",
        _DOCUMENTS.format(most=products_a_list),
        (Column("key", "VARCHAR"), Column("document", "VARCHAR")),
        ("key",),
        withdrawn=f"json_extract_string(kindred_key, '$[0]') in (select 'customer:' || customer_id from {AGAINST})",
    )


_DOCUMENTS = """
with lists as (
    select customer_id, to_json(map_from_entries(list((list_name, products) order by list_name))) as recommendations
    from (
        select customer_id, list_name, list(product_id order by rank) as products
        from activation.customer_recommendations where rank <= {most} group by all
    ) group by customer_id
),
segments as (
    select customer_id, list(segment order by segment) as segments,
        max(segment) filter (where is_primary) as primary_segment
    from activation.segment_memberships group by customer_id
),
beside as (
    select product_id, to_json(map_from_entries(list((strategy, products) order by strategy))) as recommendations
    from (
        select product_id, strategy, list(recommended_product_id order by rank) as products
        from activation.product_recommendations where rank <= {most} group by all
    ) group by product_id
)
select 'customer:' || customer_id as key, json_object(
    'customer_id', customer_id, 'segments', coalesce(segments, []), 'primary_segment', primary_segment,
    'recommendations', coalesce(recommendations, json_object())
)::varchar as document
from lists full join segments using (customer_id)
union all
select 'visitor:' || source_record_id, json_object('customer_id', max_by(customer_id, (last_seen_at, source)))::varchar
from marts.customer_identities where record_kind = 'visitor' group by source_record_id
union all
select 'product:' || product_id, json_object('recommendations', recommendations)::varchar from beside
union all
select 'anonymous', json_object(
    'segments', [], 'primary_segment', null, 'recommendations', json_object('for_you', list(product_id order by rank))
)::varchar
from activation.segment_recommendations where segment = 'anonymous' and rank <= {most} having count(*) > 0
"""
"""A visitor's document names the customer, so that both are told the same."""
