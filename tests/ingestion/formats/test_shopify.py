"""Shopify's customers, orders, lines and products, as its API writes them and as Fivetran lays them down."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

ORDER = {
    "id": 450789469,
    "name": "#1001",
    "email": "bob@example.org",
    "processed_at": "2026-01-10T11:00:00-05:00",
    "created_at": "2026-01-10T11:00:02-05:00",
    "updated_at": "2026-01-11T09:00:00-05:00",
    "cancelled_at": None,
    "currency": "USD",
    "total_price": "38.50",
    "financial_status": "paid",
    "source_name": "web",
    "test": False,
    "browser_ip": "203.0.113.9",
    "customer": {"id": 207119551, "email": "bob@example.org", "phone": "+16135550100"},
    "line_items": [
        {"id": 1, "product_id": 632910392, "sku": "IPOD", "price": "20.00", "quantity": 2, "total_discount": "0.00",
         "discount_allocations": [{"amount": "1.00"}, {"amount": "2.50"}]},
        {"id": 2, "product_id": None, "sku": "GIFT", "price": "2.00", "quantity": 1, "total_discount": "0.50"},
    ],
}  # fmt: skip


def lines(*objects: dict) -> str:
    return "".join(json.dumps(content) + "\n" for content in objects)


def test_an_order_of_the_api_is_an_order(shop):
    shop.contract("shopify/orders", "{table: pos/orders, format: shopify}\n")
    shop.write("shopify/orders/a.jsonl", lines(ORDER))
    shop.ingest()
    assert shop.rows("""
        select order_id, ordered_at, customer_id, email, phone, total_amount, currency, channel, status, updated_at
        from raw.pos_orders
    """) == [
        ("450789469", datetime(2026, 1, 10, 16), "207119551", "bob@example.org", "+16135550100", 38.5, "USD", "web",
         "paid", datetime(2026, 1, 11, 14)),
    ]  # fmt: skip
    assert shop.rows("select _extra->>'name', _extra::varchar like '%203.0.113%' from raw.pos_orders") == [
        ("#1001", False)
    ]


def test_its_line_items_are_order_lines_of_a_second_feed(shop):
    shop.contract("shopify/lines", "{table: pos/order_lines, format: shopify}\n")
    without_lines = {**ORDER, "id": 2, "line_items": []}
    no_product = {
        **ORDER,
        "id": 3,
        "line_items": [{"id": 9, "product_id": None, "price": "1", "quantity": 1}],
    }
    shop.write("shopify/lines/a.jsonl", lines(ORDER, without_lines, no_product))
    shop.ingest()
    assert shop.ledger() == {"shopify/lines/a.jsonl": ("loaded", 3, 2, 1)}
    assert shop.rows("""
        select order_id, line_id, product_id, quantity, unit_price, discount_amount from raw.pos_order_lines order by 2
    """) == [
        ("450789469", "1", "632910392", 2.0, 20.0, 3.5),
        ("450789469", "2", "GIFT", 1.0, 2.0, 0.5),
    ]
    assert shop.rows("select row_number, column_name, reason from quality.rejected_rows") == [
        (3, "product_id", "required and missing; fill it in")
    ]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"financial_status": "partially_refunded"}, "partially_refunded"),
        ({"financial_status": "refunded"}, "refunded"),
        ({"financial_status": "voided"}, "cancelled"),
        ({"cancelled_at": "2026-01-10T12:00:00Z"}, "cancelled"),
        ({"test": True}, "cancelled"),
        ({"_fivetran_deleted": True}, "cancelled"),
    ],
)
def test_orders_that_are_worth_nothing_are_kept_as_cancelled(shop, change, status):
    shop.contract("shopify/orders", "{table: pos/orders, format: shopify}\n")
    shop.write("shopify/orders/a.jsonl", lines({**ORDER, **change}))
    shop.ingest()
    assert shop.rows("select status, total_amount from raw.pos_orders") == [(status, 38.5)]


def test_a_customer_and_a_product_of_the_api(shop):
    shop.contract("shopify/customers", "{table: crm/customers, format: shopify}\n")
    shop.contract("shopify/products", "{table: products/catalog, format: shopify}\n")
    address = {
        "address1": "1 Rue",
        "city": "Ottawa",
        "province": "Ontario",
        "zip": "K1A",
        "country_code": "CA",
    }
    customer = {"id": 7, "first_name": "Bob", "email": "b@x.org", "default_address": address, "tags": "vip"}
    product = {
        "id": 8,
        "title": "Mug",
        "product_type": "Cups",
        "vendor": "Acme",
        "tags": "blue, big",
        "status": "active",
        "image": {"src": "https://cdn.example/8.png"},
        "variants": [{"price": "9.50", "compare_at_price": "12.00"}, {"price": "19.50"}],
    }
    shop.write("shopify/customers/a.jsonl", lines(customer))
    shop.write("shopify/products/a.jsonl", lines(product, {**product, "id": 9, "status": "draft"}))
    shop.ingest()
    assert shop.rows("""
        select customer_id, first_name, email, street_address, city, region, postal_code, country, _extra->>'tags'
        from raw.crm_customers
    """) == [("7", "Bob", "b@x.org", "1 Rue", "Ottawa", "Ontario", "K1A", "CA", "vip")]
    assert shop.rows("""
        select product_id, name, category, brand, tags, price, list_price, is_active, image_url
        from raw.products_catalog order by 1
    """) == [
        ("8", "Mug", "Cups", "Acme", "blue, big", 9.5, 12.0, True, "https://cdn.example/8.png"),
        ("9", "Mug", "Cups", "Acme", "blue, big", 9.5, 12.0, False, "https://cdn.example/8.png"),
    ]


def test_a_graphql_line_shares_its_total_among_its_pieces(shop):
    shop.contract("shopify/lines", "{table: pos/order_lines, format: shopify}\n")
    shop.write(
        "shopify/lines/a.csv",
        "id,order_id,product_id,quantity,original_total_set_shop_amount,total_discount_set_shop_amount\n"
        "1,77,5,4,10.00,1.00\n2,77,6,0,3.00,0\n3,77,6,2,ten,0\n",
    )
    shop.ingest()
    assert shop.rows("select line_id, quantity, unit_price, discount_amount from raw.pos_order_lines order by 1") == [
        ("1", 4.0, 2.5, 1.0), ("2", 0.0, 3.0, 0.0),
    ]  # fmt: skip
    assert shop.rows("select column_name, reason from quality.rejected_rows") == [
        ("unit_price", "not a number; correct the value")
    ]


@pytest.mark.parametrize(
    ("table", "missing"),
    [("pos/orders", "total_price"), ("pos/order_lines", "order_id"), ("products/catalog", "title")],
)
def test_a_file_of_another_table_is_quarantined(shop, table, missing):
    shop.contract("shopify/x", f"{{table: {table}, format: shopify}}\n")
    shop.write("shopify/x/a.csv", "id,first_name,email,created_at\n1,Bob,b@x.org,2026-01-01\n")
    outcome = shop.ingest()["shopify/x"]
    assert missing in outcome.quarantined["shopify/x/a.csv"]
    assert "`table:`" in outcome.quarantined["shopify/x/a.csv"]


@pytest.fixture
def layouts(shop, shared_data):
    """The published Fivetran layouts, each table's REST and GraphQL file beside each other in one feed."""
    folder = shared_data("export_formats") / "shopify"
    tables = {
        "customer": "crm/customers",
        "order": "pos/orders",
        "order_line": "pos/order_lines",
        "product": "products/catalog",
    }
    for name, table in tables.items():
        shop.contract(f"shopify/{name}", f"{{table: {table}, format: shopify}}\n")
        for layout in ("", "gql_"):
            content = (folder / f"shopify_{layout}{name}_data.csv").read_bytes()
            shop.write(f"shopify/{name}/{layout or 'rest'}.csv", content)
    shop.ingest()
    return shop


def test_every_row_of_the_published_layouts_loads(layouts):
    loaded = {
        path: (status, rows_in, rejected) for path, (status, rows_in, _, rejected) in layouts.ledger().items()
    }
    assert loaded == {
        "shopify/customer/gql_.csv": ("loaded", 10, 0),
        "shopify/customer/rest.csv": ("loaded", 4, 0),
        "shopify/order/gql_.csv": ("loaded", 9, 0),
        "shopify/order/rest.csv": ("loaded", 8, 0),
        "shopify/order_line/gql_.csv": ("loaded", 10, 0),
        "shopify/order_line/rest.csv": ("loaded", 3, 0),
        "shopify/product/gql_.csv": ("loaded", 10, 0),
        "shopify/product/rest.csv": ("loaded", 8, 0),
    }


def test_their_columns_go_where_they_belong(layouts):
    assert layouts.rows("""
        select ordered_at, total_amount, currency, status, channel, customer_id, email
        from raw.pos_orders where order_id = '2674098602081'
    """) == [
        (datetime(2020, 9, 11, 19, 35, 42), 2.8, "GBP", "paid", "app", "3589760876641",
         "021cb20b5c78751fc7ddc091b6b69b3e"),
    ]  # fmt: skip
    assert layouts.rows("""
        select line_id, product_id, quantity, unit_price, discount_amount
        from raw.pos_order_lines where order_id in ('2674098602081', '5002') order by 1
    """) == [("10002", "2002", 2.0, 14.995, 5.0), ("5708321914977", "4505775439969", 2.0, 2.8, 0.0)]
    statuses = "select order_id, status from raw.pos_orders where order_id in ('4001', '4002') order by 1"
    assert layouts.rows(statuses) == [("4001", "paid"), ("4002", "cancelled")]
    assert layouts.rows(
        "select customer_id, created_at from raw.crm_customers where customer_id = '1001'"
    ) == [
        ("1001", datetime(2025, 7, 10, 8)),
    ]
