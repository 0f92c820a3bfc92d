"""Features of a past date, rebuilt on a later night, are those that were computed that night."""

from __future__ import annotations

import shutil
from datetime import datetime

THEN, NOW = datetime(2026, 4, 11, 13, 30), datetime(2026, 6, 30, 21)
MODELS = ("customer_features", "customer_category_features", "fct_sessions", "session_contexts")


def test_features_of_a_past_date_are_those_of_that_night(nightly_shop, sample_landing):
    shop = nightly_shop
    shop.models = MODELS
    shutil.copytree(sample_landing, shop.folder / "landing")
    shop.night(THEN)
    computed_then = shop.facts()
    assert not shop.night(NOW).is_full
    computed_now = shop.facts()
    assert [model for model in MODELS if computed_now[model] == computed_then[model]] == []

    shop.night(THEN)
    assert shop.facts() == computed_then
    assert shop.ask("select distinct as_of from marts.customer_features") == [(THEN,)]
    assert shop.ask("""
        select count(*) from marts.customer_features
        where orders_90_days > 0 and product_views_90_days > 0 and emails_delivered_90_days > 0
    """) > [(0,)]  # fmt: skip
