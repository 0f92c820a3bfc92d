"""Planted tastes are found again, the better the more is known; bench/planted_tastes.py asks for larger shops."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from planted import DAYS, TEST_DAYS, compare_with_oracle, plant_shop

PUBLISHED = "hybrid"
SIZES = [(200, 100), (400, 120)]
DENSITIES = (0.1, 0.3, 0.9)
"""Purchases of a customer before the cutoff, as a share of the number of products."""
TRACKS = ("", "_never_bought")


@pytest.mark.parametrize(("customers", "products"), SIZES)
def test_the_published_lists_beat_popularity_everywhere_and_come_near_the_oracle_where_much_is_known(
    customers, products
):
    shares = {}
    for density in DENSITIES:
        purchases = density * products * DAYS / (DAYS - TEST_DAYS)
        shares[density] = compare_with_oracle(plant_shop(customers, products, purchases))
        for track in TRACKS:
            assert shares[density][PUBLISHED, track] > shares[density]["popularity", track]
    by_density = [shares[density][PUBLISHED, ""] for density in DENSITIES]
    assert by_density == sorted(by_density)
    assert by_density[-1] >= 0.9
    assert max(by_density) < 1.02, "nothing ranks better than what knows the tastes, but for chance"


def test_what_customers_buy_follows_their_tastes_and_the_popularity_within_them():
    shop = plant_shop(300, 60, 400.0, clusters=3)
    assert shop.tastes.sum(axis=1) == pytest.approx(1)
    assert shop.chances.sum(axis=1) == pytest.approx(1)
    bought = Counter(zip(shop.frame["customer_id"], shop.frame["product_id"], strict=True))
    counts = np.zeros((300, 60))
    for (customer, product), count in bought.items():
        counts[int(customer[1:]), int(product[1:])] = count
    expected = (shop.tastes @ shop.chances) * counts.sum(axis=1, keepdims=True)
    assert np.corrcoef(counts.ravel(), expected.ravel())[0, 1] > 0.97
    assert counts.sum() / 300 == pytest.approx(400, rel=0.15)


def test_the_oracle_ranks_by_the_chance_and_leaves_out_what_it_is_told_to():
    shop = plant_shop(20, 40, 10.0, clusters=4)
    excluded = np.zeros((2, 40), dtype=bool)
    excluded[0, ::2] = True
    ranked = shop.rank_by_oracle(np.array(["c0000003", "c0000004"]), 10, excluded)
    chance = shop.tastes[3:5] @ shop.chances
    assert ranked[1].tolist() == np.argsort(-chance[1], kind="stable")[:10].tolist()
    assert not excluded[0, ranked[0]].any()


def test_the_same_seed_plants_the_same_shop():
    assert plant_shop(20, 40, 10.0).frame.equals(plant_shop(20, 40, 10.0).frame)
    assert not plant_shop(20, 40, 10.0).frame.equals(plant_shop(20, 40, 10.0, seed=1).frame)
