"""Whom identifiers mean: one customer, or a refusal that repeats none of them."""

from __future__ import annotations

import pytest

from dagster_project.lib.privacy.access_person import Identifier, NotOnePersonError, find_person


def test_a_telephone_of_several_customers_is_refused_and_an_id_beside_it_decides(held):
    phone, customers = held.execute("""
        select match_key, list(distinct customer_id) from carriers where namespace = 'phone'
        group by 1 having count(distinct customer_id) > 1 order by 1 limit 1
    """).fetchone()
    shared = Identifier("phone", phone)
    with pytest.raises(NotOnePersonError, match="the phone named is of several customers") as refused:
        find_person(held, [shared])
    assert phone not in str(refused.value)
    assert find_person(held, [shared, Identifier("customer_id", customers[0])]) == customers[0]
    outsider = held.execute(
        "select customer_id from marts.dim_customers where customer_id not in (select unnest(?)) limit 1", [customers]
    ).fetchone()[0]  # fmt: skip
    with pytest.raises(NotOnePersonError, match="several customers, or of different ones"):
        find_person(held, [shared, Identifier("customer_id", outsider)])
    with pytest.raises(NotOnePersonError, match="nobody"):
        find_person(held, [Identifier("email", "nobody@nowhere.example")])
