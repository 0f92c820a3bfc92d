"""What the store of a snapshot holds: its tables, and the queries that fill them. How is `store_building`'s."""

from __future__ import annotations

LIST_NAMES = ("for_you", "discover", "content")
"""Their places number a customer's lists: customer * len(LIST_NAMES) + place."""
LISTS_AT_ONCE = 6_000
"""So many lists a statement: those of all customers at once would take gigabytes of memory."""
TABLES = """
create table customers (
    number integer primary key, customer_id text, row text, profile text, segments text, offers text, variants text
);
create table lists (number integer primary key, products text);
create table reasons (number integer primary key, strategy text, reason text);
create table products (number integer primary key, product_id text, product text, similar text, bought_together text);
create table aliases (customer_id text primary key, current text) without rowid;
create table visitors (visitor_id text primary key, customer_id text, variants text) without rowid;
create table places (country text, city text, weather text, temperature real, holiday text);
create table segments (segment text primary key, products text) without rowid;
create table documents (name text primary key, document text) without rowid;
"""
INDEXES = """
create unique index customers_by_id on customers (customer_id);
create unique index products_by_id on products (product_id);
create index places_by_city on places (city);
"""
NUMBERED = """
create temp table numbered_customers as
    select customer_id, row_number() over (order by customer_id) as number from activation.content_variables;
create temp table numbered_products as
    select product_id, row_number() over (order by product_id) as number from marts.dim_products;
create temp table numbered_reasons as
    select strategy, reason, row_number() over (order by strategy, reason) as number
    from (select distinct strategy, reason from activation.customer_recommendations);
"""
SORTED = f"""
create temp table sorted_lists as
    select c.number * {len(LIST_NAMES)} + list_position({list(LIST_NAMES)}, r.list_name) - 1 as list_number,
        r.rank, r.score, p.number, w.number as reason
    from activation.customer_recommendations as r
    join numbered_customers as c using (customer_id)
    join numbered_products as p using (product_id)
    join numbered_reasons as w
        on w.strategy is not distinct from r.strategy and w.reason is not distinct from r.reason
    where list_contains({list(LIST_NAMES)}, r.list_name)
    order by list_number;
"""
_LISTED = (
    "'[' || to_json(list({number} order by rank)) || ',' || to_json(list(round(score, 6) order by rank))"
)
"""Two arrays of a list, best first; six decimals of a score say all that it has to."""
LISTS = f"""
    select list_number, {_LISTED.format(number="number")} || ',' || to_json(list(reason order by rank)) || ']'
    from sorted_lists where list_number >= $first and list_number < $first + {LISTS_AT_ONCE}
    group by 1 order by 1
"""
_VARIANTS = """(
    select {unit}, to_json(list({{experiment: experiment_id, unit: unit, variant: variant_id}} order by experiment_id))
        as variants
    from (
        select distinct {unit}, experiment_id, unit, variant_id from experiments.assignments
        where is_running and not is_excluded and {which}
    ) group by 1
)"""
QUERIES = {
    "customers": f"""
        select c.number, customer_id, to_json(v), p.profile, s.segments, o.offers, a.variants
        from numbered_customers as c
        join activation.content_variables as v using (customer_id)
        left join marts.customer_profiles as p using (customer_id)
        left join (
            select customer_id, to_json(list({{segment: segment, is_primary: is_primary,
                entered_at: strftime(entered_at, '%Y-%m-%dT%H:%M:%SZ')}} order by segment)) as segments
            from activation.segment_memberships group by all
        ) as s using (customer_id)
        left join (
            select customer_id, to_json(list(offer order by rank)) as offers
            from activation.customer_offers group by all
        ) as o using (customer_id)
        left join {_VARIANTS.format(unit="customer_id", which="true")} as a using (customer_id)
        order by 1
    """,
    "reasons": "select number, strategy, reason from numbered_reasons order by 1",
    "products": f"""
        with listed as (
            select r.product_id, r.strategy, {_LISTED.format(number="p.number")} || ']' as products
            from activation.product_recommendations as r
            join numbered_products as p on p.product_id = r.recommended_product_id
            group by all
        )
        select n.number, product_id, to_json({{product_id: product_id, name: p.name, category: p.category,
            brand: p.brand, price: p.price, list_price: p.list_price, currency: p.currency,
            image_url: p.image_url, product_url: p.product_url}}), s.products, b.products
        from numbered_products as n join marts.dim_products as p using (product_id)
        left join listed as s on s.product_id = n.product_id and s.strategy = 'similar'
        left join listed as b on b.product_id = n.product_id and b.strategy = 'bought_together'
        order by 1
    """,
    "aliases": """
        select customer_id, current_customer_id from marts.customer_id_aliases
        where current_customer_id is not null order by 1
    """,
    "visitors": f"""
        select i.source_record_id, max_by(i.customer_id, row(i.last_seen_at, i.customer_id)), any_value(a.variants)
        from marts.customer_identities as i
        left join {_VARIANTS.format(unit="unit_id", which="unit = 'visitor'")} as a on i.source_record_id = a.unit_id
        where i.record_kind = 'visitor' group by 1 order by 1
    """,
    "places": """
        select lower(s.country), lower(s.city), any_value(c.weather), any_value(c.temperature), any_value(c.holiday)
        from marts.fct_sessions as s join marts.session_contexts as c using (session_id)
        where s.city is not null and s.started_at::date = $today::date group by all order by all
    """,
    "segments": f"""
        select r.segment, {_LISTED.format(number="p.number")} || ']'
        from activation.segment_recommendations as r join numbered_products as p using (product_id)
        group by 1 order by 1
    """,
}  # fmt: skip
