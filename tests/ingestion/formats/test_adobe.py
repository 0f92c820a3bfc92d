"""Adobe's data feeds: hits without a header, the lookup files beside them, and what a delivery that lacks one costs."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

HIT = {
    "hitid_high": "11",
    "hitid_low": "22",
    "hit_time_gmt": "1767607200",
    "exclude_hit": "0",
    "hit_source": "1",
    "post_visid_high": "333",
    "post_visid_low": "444",
    "visit_num": "2",
    "visit_start_time_gmt": "1767607000",
    "page_event": "0",
    "post_pagename": "shop:tea",
    "post_page_url": "https://shop.example/tea",
    "referrer": "https://plain.example/",
    "post_referrer": "https://search.example/",
    "post_event_list": "",
    "post_product_list": "",
    "purchaseid": "",
    "post_currency": "EUR",
    "browser": "7",
    "os": "8",
    "language": "45",
    "geo_country": "deu",
    "geo_city": "Berlin",
    "mobile_id": "0",
    "ip": "203.0.113.9",
    "evar1": "plain",
    "post_evar1": "ruled",
    "prop1": "",
}
LOOKUPS = {
    "column_headers.tsv": "\t".join(HIT) + "\n",
    "browser.tsv": "6\tSafari 17\n7\tChrome 120\n",
    "operating_systems.tsv": "8\tWindows 11\n",
    "languages.tsv": "45\tGerman\n",
    "event.tsv": "1\tPurchase\n2\tProduct View\n200\tCustom Event 1\n",
    "feed_2026-01-05.txt": "Datafeed-Manifest-Version: 1.0\n",
}


def hits(*changes: dict) -> str:
    return "".join("\t".join((HIT | change).values()) + "\n" for change in changes)


def deliver(shop, content, lookups=LOOKUPS, name="hit_data.tsv"):
    shop.contract("web/adobe", "format: adobe\n")
    for lookup, text in lookups.items():
        shop.write(f"web/adobe/2026-01-05/{lookup}", text)
    shop.write(f"web/adobe/2026-01-05/{name}", content)
    return shop.ingest()["web/adobe"]


@pytest.mark.parametrize("name", ["hit_data.tsv", "01-shop_20260105.tsv.gz"])
def test_a_hit_is_an_event_and_lookup_files_are_none(shop, name):
    outcome = deliver(shop, hits({}), name=name)
    assert outcome.quarantined == {}
    assert shop.ledger() == {f"web/adobe/2026-01-05/{name}": ("loaded", 1, 1, 0)}
    assert shop.rows("""
        select event_id, occurred_at, visitor_id, session_id, event_name, page_url, referrer_url, browser,
            operating_system, language, country, city, device_type, product_id, _row_number
        from raw.clickstream_events
    """) == [
        ("11_22", datetime(2026, 1, 5, 10), "333_444", "333_444_2_1767607000", "page_view", "https://shop.example/tea",
         "https://search.example/", "Chrome 120", "Windows 11", "German", "deu", "Berlin", "desktop", None, 1),
    ]  # fmt: skip


def test_what_no_column_takes_stays_in_parameters_but_no_ip_address(shop):
    deliver(shop, hits({}))
    ((parameters, extra),) = shop.rows("select parameters::varchar, _extra from raw.clickstream_events")
    kept = json.loads(parameters)
    assert kept["post_pagename"] == "shop:tea"
    assert (kept["evar1"], kept["post_evar1"]) == ("plain", "ruled")
    assert kept["currency"] == "EUR"
    assert "prop1" not in kept
    assert "is_excluded" not in kept
    assert "203.0.113.9" not in parameters
    assert extra is None


@pytest.mark.parametrize(
    ("events", "page_event", "name"),
    [
        ("1,2,200", "0", "purchase"),
        ("2,12=1", "0", "add_to_cart"),
        ("200,11", "0", "begin_checkout"),
        ("2", "0", "view_item"),
        ("200", "0", "page_view"),
        ("", "100", "custom_link"),
        ("", "11", "file_download"),
        ("", "102", "click"),
        ("", "70", "hit"),
    ],
)
def test_the_most_valuable_event_names_the_hit(shop, events, page_event, name):
    deliver(shop, hits({"post_event_list": events, "page_event": page_event}))
    assert shop.rows("select event_name from raw.clickstream_events") == [(name,)]


def test_the_product_list_is_the_items_of_the_order(shop):
    products = "Tea;p^;7;2;9.00;;evar1=x,Cups;p8;1;2.50"
    deliver(shop, hits({"post_event_list": "1,200", "post_product_list": products, "purchaseid": "o-1"}))
    ((order, product, category, quantity, price, parameters),) = shop.rows("""
        select order_id, product_id, category, quantity, price, parameters::varchar from raw.clickstream_events
    """)
    assert (order, product, category, quantity, price) == ("o-1", "p;7", "Tea", 2.0, 4.5)
    kept = json.loads(parameters)
    assert kept["items"] == [
        {"item_id": "p;7", "item_category": "Tea", "quantity": 2.0, "price": 4.5},
        {"item_id": "p8", "item_category": "Cups", "quantity": 1.0, "price": 2.5},
    ]
    assert kept["value"] == 11.5
    assert kept["events"] == ["Purchase", "Custom Event 1"]


def test_hits_that_adobe_excludes_are_kept_and_marked(shop):
    deliver(shop, hits({}, {"hitid_low": "23", "exclude_hit": "3"}, {"hitid_low": "24", "hit_source": "5"}))
    assert shop.rows("select parameters->>'is_excluded' from raw.clickstream_events order by event_id") == [
        (None,), ("true",), ("true",),
    ]  # fmt: skip


def test_a_tab_and_a_newline_inside_a_value_are_escaped(shop):
    deliver(shop, hits({"prop1": "a\\\tb\\\nc\\\\d"}, {"hitid_low": "23"}))
    assert shop.rows("select parameters->>'prop1', _row_number from raw.clickstream_events order by 2") == [
        ("a\tb\nc\\d", 1), (None, 2),
    ]  # fmt: skip


def test_rows_keep_their_places_and_bad_ones_are_rejected(shop):
    many = [{"hitid_low": str(number), "browser": str(number % 3 + 5)} for number in range(3000)]
    many[1500] |= {"hit_time_gmt": "noon"}
    many[2500] |= {"post_visid_low": ""}
    deliver(shop, hits(*many) + "too\tshort\n")
    assert shop.ledger() == {"web/adobe/2026-01-05/hit_data.tsv": ("loaded", 3001, 2998, 3)}
    assert shop.rows("select row_number, column_name from quality.rejected_rows order by 1") == [
        (1501, "occurred_at"), (2501, "visitor_id"), (3001, None),
    ]  # fmt: skip
    misplaced = "select count(*) from raw.clickstream_events where event_id <> '11_' || (_row_number - 1)"
    assert shop.rows(misplaced) == [(0,)]
    assert shop.rows("select browser, count(*) from raw.clickstream_events group by 1 order by 1") == [
        ("Chrome 120", 1000), ("Safari 17", 999), (None, 999),
    ]  # fmt: skip


def test_rename_gives_an_evar_its_meaning(shop):
    shop.contract("web/adobe", "format: adobe\nrename: {post_evar1: user_id}\n")
    for lookup, text in LOOKUPS.items():
        shop.write(f"web/adobe/{lookup}", text)
    shop.write("web/adobe/hit_data.tsv", hits({}))
    shop.ingest()
    assert shop.rows("select user_id from raw.clickstream_events") == [("ruled",)]


def test_a_delivery_without_column_headers_is_quarantined_and_other_lookups_may_be_missing(shop):
    outcome = deliver(shop, hits({}), lookups={})
    assert outcome.quarantined["web/adobe/2026-01-05/hit_data.tsv"].startswith(
        "column_headers.tsv, which names its"
    )
    shop.write("web/adobe/2026-01-06/column_headers.tsv", LOOKUPS["column_headers.tsv"])
    shop.write("web/adobe/2026-01-06/hit_data.tsv", hits({"hitid_low": "9"}))
    shop.ingest()
    assert shop.rows("select event_id, browser, language from raw.clickstream_events") == [
        ("11_9", None, None)
    ]


def test_headers_of_another_layout_are_quarantined(shop):
    outcome = deliver(shop, "1\t2\n", lookups={"column_headers.tsv": "a\tb\n"})
    reason = outcome.quarantined["web/adobe/2026-01-05/hit_data.tsv"]
    assert "'hit_time_gmt' or 'cust_hit_time_gmt'" in reason


def test_a_folder_named_like_a_partition_is_no_column_of_a_lookup_file(shop):
    shop.contract("web/adobe", "format: adobe\n")
    for name, text in (LOOKUPS | {"hit_data.tsv": hits({})}).items():
        shop.write(f"web/adobe/label=day/id=7/{name}", text)
    shop.ingest()
    assert shop.rows("select browser, language from raw.clickstream_events") == [("Chrome 120", "German")]


def test_a_hit_with_a_nul_byte_is_told_as_it_stands(shop):
    deliver(shop, hits({}, {"post_pagename": "a\0b"}, {"hitid_low": "23"}))
    assert shop.rows("select event_id, _row_number from raw.clickstream_events order by 1") == [
        ("11_22", 1),
        ("11_23", 3),
    ]
    ((number, reason, text),) = shop.rows("select row_number, reason, raw_row from quality.rejected_rows")
    assert (number, reason) == (2, "a NUL byte, which no text holds; take it out or export the row again")
    assert "\ta\ufffdb\t" in text
