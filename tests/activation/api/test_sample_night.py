"""What the API says of the sample's customers is what their tables say, and what a night would show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from dagster_project.lib.activation.content.customers import read_known
from dagster_project.lib.activation.content.formats import Locale, read_currency
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.moment import Moment
from dagster_project.lib.activation.content.preview import preview
from dagster_project.lib.activation.content.rendering import Renderer
from dagster_project.lib.activation.content.shop import Shop
from tests.activation.api.conftest import open_over
from tests.conftest import BuiltNight

SOME = "order by hash(customer_id) limit 60"


@pytest.fixture(scope="module")
def sample_api(sample_night: BuiltNight, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    # A folder of its own with the same snapshot: the API makes files beside `current` while it reads.
    published: Path = tmp_path_factory.mktemp("published")
    (published / "snapshots").symlink_to(sample_night.data_dir / "published" / "snapshots")
    (published / "current").symlink_to(f"snapshots/{sample_night.snapshot.name}")
    with open_over(published, published) as client:
        yield client


@pytest.fixture
def ask(sample_api: TestClient) -> Any:
    def asked(kind: str, name: str, what: str, **query: Any) -> dict[str, Any]:
        answer = sample_api.get(f"/{kind}/{quote(name, safe='')}/{what}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return asked


def test_lists_are_those_of_the_table(published, ask):
    rows = published.execute("""
        select customer_id, list_name, list([product_id, coalesce(reason, '-')] order by rank)
        from activation.customer_recommendations
        group by 1, 2 order by hash(customer_id, list_name) limit 60
    """).fetchall()
    assert {name for _, name, _ in rows} == {"for_you", "discover", "content"}
    for customer, name, expected in rows:
        listed = ask("customers", customer, "recommendations", list=name, limit=50)["recommendations"]
        assert [[product["product_id"], product["reason"] or "-"] for product in listed] == expected


def test_segments_are_those_of_the_table(published, ask):
    rows = published.execute(f"""
        select customer_id, list(segment order by segment), max(segment) filter (is_primary)
        from activation.segment_memberships
        where customer_id in (select customer_id from activation.content_variables where is_personalizable)
        group by 1 {SOME}
    """).fetchall()
    for customer, segments, primary in rows:
        answer = ask("customers", customer, "segments")["segments"]
        assert [own["segment"] for own in answer] == segments
        assert [own["segment"] for own in answer if own["is_primary"]] == [primary]


def test_pages_are_what_the_night_would_show(published, ask, sample_night, tmp_path):
    library = load_library(tmp_path)
    renderer = Renderer(library, Locale("en_GB", read_currency(published)))
    customers = [row[0] for row in published.execute(f"""
        select customer_id from activation.customer_recommendations where list_name = 'for_you' and rank = 1 {SOME}
    """).fetchall()]  # fmt: skip
    as_of = datetime.fromisoformat(ask("customers", "nobody", "segments")["as_of"])
    shop = {"shop": Shop().model_dump()}
    for customer, known in read_known(published, customers, as_of.date()):
        for template in ("homepage", "landing_page", "banner"):
            expected = renderer.render(template, known | shop).html
            assert ask("customers", customer, f"content/{template}")["html"] == expected


def test_a_stranger_sees_what_a_preview_shows(ask, sample_night, tmp_path):
    current = sample_night.snapshot
    for template in ("homepage", "landing_page", "banner"):
        expected = preview(current, tmp_path, "anonymous", template, Moment("mobile", 20)).html
        shown = ask("visitors", "nobody", f"content/{template}", device="mobile", hour=20)
        assert shown["html"] == expected


def test_visitors_are_found_and_whoever_is_against_personalization_is_nobody(published, ask):
    rows = published.execute("""
        select i.source_record_id, i.customer_id, coalesce(c.status = 'granted', true) and r.product_id is not null
        from marts.customer_identities as i
        left join marts.customer_consents as c on c.customer_id = i.customer_id and c.purpose = 'personalization'
        left join activation.customer_recommendations as r
            on r.customer_id = i.customer_id and r.list_name = 'for_you' and r.rank = 1
        where i.record_kind = 'visitor'
        qualify row_number() over (partition by coalesce(c.status, '-') order by hash(i.source_record_id)) <= 20
    """).fetchall()
    assert {is_personal for _, _, is_personal in rows} == {True, False}
    (anonymous,) = published.execute(
        "select list(product_id order by rank) from activation.segment_recommendations where segment = 'anonymous'"
    ).fetchone()
    for visitor, customer, is_personal in rows:
        answer = ask("visitors", visitor, "recommendations", limit=50)
        assert answer["is_known"] and answer["is_personalized"] == is_personal
        by_customer = ask("customers", customer, "recommendations", limit=50)
        assert answer | {"customer_id": customer} == by_customer
        if not is_personal:
            assert [product["product_id"] for product in answer["recommendations"]] == anonymous


def test_products_stand_beside_products_as_in_the_table(published, ask):
    rows = published.execute("""
        select product_id, strategy, list(recommended_product_id order by rank)
        from activation.product_recommendations group by 1, 2 order by hash(product_id, strategy) limit 40
    """).fetchall()
    assert {strategy for _, strategy, _ in rows} == {"similar", "bought_together"}
    for product, strategy, expected in rows:
        listed = ask("products", product, strategy, limit=20)["recommendations"]
        assert [other["product_id"] for other in listed] == expected
