"""What really is the case, for tests and comparisons alone: the pipeline never reads it.

records.parquet: whose a source's record is; where several persons share it (a company's mailbox, a borrowed device),
`person_id` is null and `is_shared` true. tastes.parquet with products.csv give an oracle, see `oracle_sql`.
"""

from __future__ import annotations

from pathlib import Path

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import DAYS
from dagster_project.lib.sample.tastes import BRAND_LOYALTY, SEASON_SHARE

# source, table, record kind, the record's id in landing.<source>_<table>, which rows hold such a record
RECORDS = [
    ("crm", "customers", "customer", "customer_id", "true"),
    ("crm", "customers", "loyalty", "loyalty_id", "true"),
    ("pos", "orders", "customer", "customer_id", "true"),
    ("pos", "orders", "loyalty", "loyalty_id", "true"),
    ("pos", "orders", "guest_order", "order_id", "customer_id is null and loyalty_id is null"),
    ("pos", "sales", "customer", "customer_id", "true"),
    ("pos", "sales", "loyalty", "loyalty_id", "true"),
    ("pos", "sales", "guest_order", "order_id", "customer_id is null and loyalty_id is null"),
    ("email", "events", "customer", "customer_id", "true"),
    ("email", "events", "email", "lower(email)", "true"),
    ("products", "reviews", "customer", "customer_id", "true"),
    ("products", "reviews", "email", "lower(email)", "true"),
    ("enrichment", "attributes", "customer", "customer_id", "true"),
    ("enrichment", "attributes", "email", "lower(email)", "true"),
    ("consents", "decisions", "customer", "customer_id", "true"),
    ("consents", "decisions", "email", "lower(email)", "true"),
    ("consents", "decisions", "visitor", "visitor_id", "true"),
    ("privacy", "requests", "customer", "customer_id", "true"),
    ("privacy", "requests", "email", "lower(email)", "true"),
    ("crm", "preferences", "customer", "customer_id", "true"),
    ("crm", "interactions", "customer", "customer_id", "true"),
    ("crm", "surveys", "customer", "customer_id", "true"),
]


def build_truth(connection: DuckDBPyConnection) -> None:
    """Create `truth.persons`, `truth.records`, `truth.tastes` and `truth.products`."""
    connection.execute("""
        create table truth.persons as
        select p.person_id, t.cluster, p.country, 'P' || lpad((p.home + 1)::varchar, 7, '0') as household_id,
            p.first_name,
            p.last_name, t.brand as brand_number, r.product_id as staple_product_id, t.staple_share, t.first_day,
                t.last_day
        from world.persons as p join world.tastes as t using (n) join world.products as r on r.p = t.staple
    """)
    parts = [
        f"select '{source}' as source, '{table}' as source_table, '{kind}' as record_kind,"
        f" {column} as source_record_id, n from landing.{source}_{table} where {column} is not null and {condition}"
        for source, table, kind, column, condition in RECORDS
    ]
    # events are a view over millions of rows: their visitors and users are the sessions'
    parts += [
        f"select 'clickstream', 'events', '{kind}', {column}, n from world.sessions where {column} is not null"
        for kind, column in (("visitor", "visitor_id"), ("user", "user_id"))
    ]
    parts.append(
        "select 'clickstream', 'events', 'email', lower(s.email), s.n"
        " from world.steps join world.sessions as s using (s) where event = 9 and s.email is not null"
    )
    connection.execute(f"""
        create table truth.records as
        with stated as ({" union ".join(parts)})
        select source, source_table, record_kind, source_record_id, count(*) > 1 as is_shared,
            if(count(*) = 1, 'P' || lpad((min(n) + 1)::varchar, 7, '0'), null) as person_id
        from stated group by all
    """)
    connection.execute(f"""
        create table truth.tastes as
        with categories as (select distinct cell // 3 as g, category from world.products)
        select p.person_id, c.category,
            round(if(g = g1, w1, 0) + if(g = g2, w2, 0) + if(g = g3, w3, 0) + (1 - w1 - w2 - w3)
                * ({1 - SEASON_SHARE} / 12 + if(g = season({DAYS}), {SEASON_SHARE}, 0)), 5)::float as affinity
        from world.tastes as t join world.persons as p using (n), categories as c
    """)
    connection.execute("""
        create table truth.products as
        select product_id, category, brand_number, popularity + 1 as popularity_rank, is_consumable,
            round(sqrt((popularity + 1) / cell_size(cell)) - sqrt(popularity / cell_size(cell)), 6) as share_in_brand,
            launch_day, withdrawal_day
        from world.products
    """)


def oracle_sql(folder: Path) -> str:
    """SQL for the probability that a person's next order line, at the end of June, is a product.

    Args:
        folder: what `generate` was given; the query reads folder/truth.

    Returns:
        A query of person_id, product_id, probability; the sum over a person's products is 1, but for products not
        to be had, whose share falls to the first of their brand and category.
    """
    truth = str(folder / "truth").replace("'", "''")
    return f"""
        select p.person_id, r.product_id,
            (1 - p.staple_share / 2.0) * t.affinity * r.share_in_brand
                * ({BRAND_LOYALTY} * (r.brand_number = p.brand_number)::integer + {1 - BRAND_LOYALTY} / 3)
                + (r.product_id = p.staple_product_id)::integer * p.staple_share / 2.0 as probability
        from read_csv('{truth}/persons.csv') as p
        join '{truth}/tastes.parquet' as t using (person_id)
        join read_csv('{truth}/products.csv') as r using (category)
    """
