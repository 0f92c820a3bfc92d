"""Small nights, published by hand, and the keys by which the API over them is asked."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from dagster_project.lib.activation.api.access import Access

SERVER, BROWSER = "key-of-servers", "key-of-pages"
ORIGIN = "https://shop.example"
ACCESS = Access([SERVER], [BROWSER], [ORIGIN])

# Every name that a night shows ends in its run, so that an answer of two nights betrays itself.
_NIGHT = """
create schema marts; create schema activation; create schema experiments; create schema quality;
create table activation.content_variables as
    select col0 as customer_id, true as is_known, col1 as first_name, null::varchar as last_name,
        col1 || '@mail.example' as email, 'London' as city, null::varchar as region, 'GB' as country,
        null::varchar as loyalty_tier, 'active' as lifecycle_state, 'of $run' as primary_segment,
        json('["of $run"]') as segments, 'Tea' as top_category, json('{"Tea": 1.0}') as interests,
        'Tea' as recent_category, 'en' as language, 2 as order_count, 20.0 as total_revenue, 3 as days_since_order,
        'morning' as daypart, 'transactional' as intent, 'desktop' as device, 'rain' as weather,
        9.0 as temperature, null::varchar as holiday, json('["p1"]') as viewed_products,
        json('["p2"]') as cart_products, 0.5 as purchase_probability_30_days, 0.1 as churn_probability,
        50.0 as value_12_months, col2 as is_personalizable
    from (values ('c1', 'Ann', true), ('c2', 'Bob', false), ('c3', 'Cy', true), ('c/4 é', 'Dee', true));
create table marts.customer_profiles as
    select customer_id, json_object('customer_id', customer_id, 'demographics', json_object('first_name', first_name),
        'night', '$run') as profile
    from activation.content_variables;
create table activation.segment_memberships as
    select customer_id, 'of $run' as segment, true as is_primary, timestamp '2026-06-01 08:00:00' as entered_at
    from activation.content_variables;
create table marts.dim_products as
    select 'p' || range as product_id, if(range = 9, null, 'product ' || range || ' of $run') as name,
        'Tea' as category, 'Leaf' as brand, range + 0.5 as price, null::double as list_price, 'GBP' as currency,
        null::varchar as image_url, 'https://shop.example/p' || range as product_url
    from range(1, 31);
create table activation.customer_recommendations as
    select customer_id, list_name, range as rank, 'p' || range as product_id, 1.0 / range as score,
        'hybrid' as strategy, 'because you bought of $run' as reason
    from (values ('c1', 'for_you'), ('c1', 'discover'), ('c1', 'content'), ('c/4 é', 'for_you'))
        as lists(customer_id, list_name), range(1, 21)
    order by hash(product_id, customer_id);
create table activation.segment_recommendations as
    select segment, range - 10 as rank, 'p' || range as product_id, 1.0 / range as score
    from (values ('anonymous'), ('of $run')) as segments(segment), range(11, 31);
create table activation.product_recommendations as
    select 'p1' as product_id, 'similar' as strategy, range - 1 as rank, 'p' || range as recommended_product_id,
        1.0 / range as score
    from range(2, 5);
create table activation.offers as
    select 'welcome' as offer, 'discount' as kind, 'Ten per cent of $run' as title, null::varchar as description,
        'TEN' as code, 10.0::double as percent, null::double as amount, null::varchar as category,
        date '2026-12-31' as ends_on_date, null::varchar as image_url, null::varchar as url;
create table activation.customer_offers as select 'c1' as customer_id, 'welcome' as offer, 1 as rank;
create table marts.customer_id_aliases as
    select col0 as customer_id, col1 as current_customer_id
    from (values ('c1_of_old', 'c1'), ('c5_who_is_gone', null));
create table marts.customer_identities as
    select col0 as record_kind, col1 as source_record_id, col2 as customer_id,
        timestamp '2026-06-01' as last_seen_at
    from (values ('visitor', 'v1', 'c1'), ('visitor', 'v2', 'c2'), ('visitor', 'v3', 'c1'), ('user', 'u1', 'c1'));
create table experiments.assignments as
    select col0 as experiment_id, col1 as unit, col2 as unit_id, col3 as customer_id, col4 as variant_id,
        col5 as is_running, col6 as is_excluded
    from (values ('words', 'customer', 'c1', 'c1', 'warm', true, false),
        ('words', 'customer', 'c2', 'c2', 'warm', true, false), ('words', 'customer', 'c3', 'c3', 'warm', true, true),
        ('over', 'customer', 'c1', 'c1', 'warm', false, false), ('site', 'visitor', 'v1', 'c1', 'warm', true, false));
create table marts.fct_sessions as
    select 's1' as session_id, 'FR' as country, 'Paris' as city, timestamp '$day 08:00:00' as started_at;
create table marts.session_contexts as
    select 's1' as session_id, 'sun' as weather, 21.0::double as temperature, null::varchar as holiday;
create table quality.order_currencies as select 'GBP' as currency, true as is_base;
"""


def publish(published: Path, run: str, day: str = "2026-06-30") -> Path:
    """Publish a night by hand as the real one is: a finished folder, then one rename of the link."""
    folder = published / "snapshots" / run
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "kindred.duckdb")) as connection:
        connection.execute(_NIGHT.replace("$run", run).replace("$day", day))
    (folder / "manifest.json").write_text(json.dumps({"run_id": run, "as_of": f"{day}T20:00:00Z"}))
    point_at(published, folder)
    return folder


def point_at(published: Path, folder: Path) -> None:
    """Make a folder the current one."""
    link = published / f".current-{folder.name}"
    link.symlink_to(folder.relative_to(published))
    link.replace(published / "current")
