"""What the persons like and how they behave: the planted structure that segments and recommendations should find.

A taste is a distribution over the 12 categories: three favourites (neighbours on a ring of related categories), the
season's category and a little of everything. Within a category 60% goes to the brand a person prefers (its place, 0 to
2, among the category's brands). Within a (category, brand) the product of popularity rank r of m is taken with
probability sqrt(r/m) - sqrt((r-1)/m). Sampling needs no table of probabilities,
    and an oracle can add up the same formula.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import DAYS, Plan

BRAND_LOYALTY = 0.6
SEASON_SHARE = 0.4  # of what the favourites leave
# by third of the half year: home textiles, garden, outdoor
SEASON = "case when day < 60 then 4 when day < 120 then 3 else 2 end"
CONSUMABLES = "(6, 7, 8, 9)"


def build_tastes(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create the sampling macros and `world.tastes`, one row a person: cluster, favourites, weights, brand, staple."""
    connection.execute(f"""
        create macro cell_size(cell) as ({plan.products} - cell + 35) // 36;
        create macro ranked(cell, v) as floor(cell_size(cell) * v * v)::integer * 36 + cell;
        create macro season(day) as {SEASON};
        create macro rest(v, left_over, day) as
            if(v < {SEASON_SHARE} * left_over, season(day),
                floor((v - {SEASON_SHARE} * left_over) / ((1 - {SEASON_SHARE}) * left_over) * 12)::integer);
        create macro category_of(v, g1, g2, g3, w1, w2, w3, day) as case
            when v < w1 then g1 when v < w1 + w2 then g2 when v < w1 + w2 + w3 then g3
            else least(rest(v - w1 - w2 - w3, 1 - w1 - w2 - w3, day), 11) end;
        create macro brand_of(v, w, brand) as if(v < {BRAND_LOYALTY}, brand, floor(w * 3)::integer);
        create macro product_of(salt, k, g1, g2, g3, w1, w2, w3, brand, day) as ranked(
            category_of(u(salt || '/category', k), g1, g2, g3, w1, w2, w3, day) * 3
                + brand_of(u(salt || '/loyal', k), u(salt || '/brand', k), brand),
            u(salt || '/rank', k));

        create table world.tastes as
        with favourites as (
            select n, is_anonymous, floor(12 * pow(u('favourite', n), 1.3))::integer as g1,
                case when u('second', n) < 0.55 then (g1 + 1) % 12 when u('second', n) < 0.85 then (g1 + 11) % 12
                    else pick('second at random', n, 12) end as g2,
                (g1 + 2 + pick('third', n, 9)) % 12 as g3,
                round(0.38 + 0.14 * u('w1', n), 3) as w1, round(0.18 + 0.08 * u('w2', n), 3) as w2, 0.12 as w3,
                pick('brand', n, 3) as brand, u('cluster', n) as c
            from world.persons
        )
        select n, g1, g2, g3, w1, w2, w3, brand,
            case when is_anonymous then 'anonymous' when c < 0.2 then 'loyal_regular'
                when c < 0.42 then 'weekend_shopper'
                when c < 0.64 then 'bargain_hunter' when c < 0.82 then 'browser' else 'lapsing' end as cluster,
            case when g1 in {CONSUMABLES} then g1 when g2 in {CONSUMABLES} then g2 when g3 in {CONSUMABLES} then g3
                else 6 + pick('staple category', n, 4) end as staple_category,
            ranked(staple_category * 3 + brand, u('staple', n)) as staple,
            case cluster when 'loyal_regular' then 0.55 when 'weekend_shopper' then 0.35 else 0.2 end as staple_share,
            -- from when to when a person is around
            if(chance('newcomer', n, 0.3), floor(u('joined', n) * 140), 0)::integer as first_day,
            if(cluster = 'lapsing', 70 + pick('lapsed', n, 40), {DAYS})::integer as last_day
        from favourites
    """)
