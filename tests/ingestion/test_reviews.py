"""Reviews as shops export them: what a rating may look like; an odd one costs the rating and not the review."""

from __future__ import annotations

import pytest

HEADER = "product_id;reviewed_at;rating;review_text\n"
POINT, COMMA = "", ", decimal: ','"


def load(shop, dialect, rules, *ratings):
    shop.contract(
        "shop/reviews",
        f"table: products/reviews\ndialect: {{delimiter: ';'{dialect}}}\ncolumns: {{rating: {rules}}}\n",
    )
    rows = (f"p{number};2026-01-01;{rating};good\n" for number, rating in enumerate(ratings))
    shop.write("shop/reviews/a.csv", HEADER + "".join(rows))
    shop.ingest()
    assert shop.ledger() == {"shop/reviews/a.csv": ("loaded", len(ratings), len(ratings), 0)}
    loaded = [
        rating for (rating,) in shop.rows("select rating from raw.products_reviews order by product_id")
    ]
    nulled = {
        raw
        for (raw,) in shop.rows("select raw_value from quality.nulled_values where column_name = 'rating'")
    }
    return loaded, nulled


@pytest.mark.parametrize(
    ("dialect", "rules", "ratings", "loaded", "nulled"),
    [
        (POINT, "{}", ["4.5", "5", ""], [4.5, 5.0, None], set()),
        (POINT, "{}", ["4,5", "4/5", "five", "4 stars"], [None] * 4, {"4,5", "4/5", "five", "4 stars"}),
        (POINT, "{}", ["-1", "101", "85"], [None, None, 85.0], {"-1", "101"}),
        (COMMA, "{}", ["4,5", "5", "4/5"], [4.5, 5.0, None], {"4/5"}),
        (COMMA, "{min: 1, max: 5}", ["4,5", "0", "45"], [4.5, None, None], {"0", "45"}),
    ],
)
def test_a_rating_that_is_none_is_nulled_and_counted(shop, dialect, rules, ratings, loaded, nulled):
    assert load(shop, dialect, rules, *ratings) == (loaded, nulled)
