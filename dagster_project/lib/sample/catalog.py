"""What is for sale and what there is to read: products, content items, and the catalogue file.

Product number p stands in cell p % 36 (category = cell // 3, brand = cell % 3) at popularity rank p // 36: `tastes`
samples by that arithmetic. Reviews belong in `feedback`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.dice import WORDS
from dagster_project.lib.sample.plan import Plan

POPUP_ONLY = "POPUP-GIFT-WRAP"  # sold at the pop-up store, unknown to the catalogue


def build_products(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `world.products` and `world.unavailable` (the days on which a product cannot be had)."""
    connection.execute(f"""
        create table world.products as
        with goods as (
            select "group", category, is_consumable, low, high, string_split(brands, '|') as brands,
                string_split(nouns, '|') as nouns, string_split(adjectives, '|') as adjectives
            from read_csv('{WORDS}/goods.csv')
        ), numbered as (
            select p, p % 36 as cell, p // 36 as popularity, p % 3 as brand_number
            from range({plan.products}) as numbers(p)
        ), drawn as (
            select *, nouns[1 + pick('noun', p, len(nouns))] as noun, pow(u('price', p), 2) as price_draw
            from numbered join goods on "group" = cell // 3
        )
        select p, cell, popularity, brand_number, category, is_consumable, split_part(noun, ':', 1) as subcategory,
            'SKU-' || lpad(((p * 48271 + 7001) % 999983)::varchar, 6, '0') as product_id,
            brands[brand_number + 1] as brand, split_part(noun, ':', 2) as noun,
            adjectives[1 + pick('adjective', p, len(adjectives))] as adjective,
            (floor(low + (high - low) * price_draw) + choose('pence', p, [0.49, 0.95, 0.99]))::decimal(9, 2)
                as price,
            chance('reduced', p, 0.18) as is_reduced,
            -- the most popular product of a cell is always to be had: it stands in for the others
            if(popularity > 0 and chance('launched', p, 0.12), 10 + pick('launch day', p, 150), null) as launch_day,
            if(popularity > 0 and launch_day is null and chance('withdrawn', p, 0.04), 60 + pick('withdrawal', p, 100),
                null) as withdrawal_day
        from drawn
    """)
    connection.execute("""
        create table world.unavailable as
        select p, -1 as from_day, launch_day as to_day from world.products where launch_day is not null
        union all
        select p, withdrawal_day, 1000 from world.products where withdrawal_day is not null
    """)


def build_catalog(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create `world.contents` and `landing.products_catalog`, one row a product or content item."""
    connection.execute(f"""
        create table world.contents as
        with goods as (select distinct cell, category, noun, p from world.products where popularity = 0)
        select i, cell, ['article', 'guide', 'video'][1 + i % 3] as item_type, category,
            upper(left(item_type, 1)) || '-' || lpad((i + 1)::varchar, 4, '0') as product_id,
            noun || ': ' || t.word as title
        from range({plan.contents}) as numbers(i)
        join goods on goods.cell = i % 36
        join world.words as t on t.list = 'content_title' and t.position = pick_word('title', i)
    """)
    connection.execute("""
        create table landing.products_catalog as
        select product_id, adjective || ' ' || lower(noun) || if(popularity > 5, ' No. ' || popularity, '') as name,
            null::varchar as item_type,
            'The ' || lower(adjective) || ' ' || lower(noun) || ' by ' || brand || ', for everyone who loves '
                || lower(category) || '.' as description,
            category, subcategory, brand,
            concat_ws(';', lower(replace(adjective, ' ', '-')), lower(replace(noun, ' ', '-')),
                if(is_consumable, 'consumable', null)) as tags,
            price, if(is_reduced, (price * 1.25)::decimal(9, 2), price) as list_price, 'GBP' as currency,
            at_day(coalesce(launch_day, -400 + pick('since', p, 300)))::date as available_from,
            withdrawal_day is null as is_active,
            if(withdrawal_day is null, if(chance('sold out', p, 0.03), 0, 5 + pick('stock', p, 300)), 0)
                as stock_quantity,
            'https://img.example.com/' || product_id || '.jpg' as image_url,
            'https://shop.example.com/p/' || product_id as product_url,
            at_day(175 + day_time('catalogued', p)) as updated_at, 'catalog' as _file
        from world.products
        union all
        select product_id, title, item_type, null, category, null, null, null, null, null, null,
            at_day(-300 + pick('published', i, 295))::date, true, null, null,
            'https://shop.example.com/stories/' || product_id, at_day(170 + day_time('story', i)), 'catalog'
        from world.contents
    """)
