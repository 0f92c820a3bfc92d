"""Google Analytics 4 exports: which field becomes which column, and what odd or older exports cost (nothing)."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

COLUMNS = "event_name, session_id, product_id, price, quantity, order_id"


def _param(key, **value):
    return {"key": key, "value": value}


EVENT = {
    "event_timestamp": "1607615248873729",
    "event_name": "purchase",
    "user_pseudo_id": "31733645.3711",
    "event_params": [_param("ga_session_id", int_value="2315275013"), _param("value", double_value=137.8)],
}
FULL = EVENT | {
    "event_params": [
        *EVENT["event_params"],
        _param("page_location", string_value="https://shop.example/done"),
        _param("page_referrer", string_value="https://shop.example/basket"),
        _param("search_term", string_value="tea"),
        _param("engagement_time_msec", int_value="1200"),
        _param("percent_scrolled", int_value="90"),
        _param("currency", string_value="USD"),
        _param("items", string_value="a parameter with the name of a column"),
        _param("gclid"),
    ],
    "user_id": "C7",
    "user_properties": [_param("tier", string_value="gold", set_timestamp_micros="1")],
    "event_bundle_sequence_id": "92",
    "ecommerce": {"transaction_id": "T1", "purchase_revenue": 137.8},
    "items": [
        {"item_id": "P1", "item_category": "Tea", "price": 4.5, "quantity": "2", "coupon": None},
        {"item_id": "P2", "item_category": "Cups", "price": 9, "quantity": "1"},
    ],
    "device": {"category": "mobile", "operating_system": "iOS", "language": "de-de", "web_info": {"browser": "Safari"}},
    "geo": {"country": "Germany", "city": "(not set)"},
    "collected_traffic_source": {"manual_source": "news", "manual_medium": "email", "manual_campaign_name": "spring"},
}  # fmt: skip


def _ingest(shop, *events):
    shop.contract("web/ga4", "format: ga4\n")
    shop.write("web/ga4/a.jsonl", "".join(f"{json.dumps(event)}\n" for event in events))
    shop.ingest()


def test_each_field_goes_where_the_docs_say(shop):
    _ingest(shop, FULL)
    row = shop.connection.execute("select * exclude (parameters) from raw.clickstream_events")
    names = [column[0] for column in row.description]
    given_columns = {
        name: value for name, value in zip(names, row.fetchone(), strict=True) if value is not None
    }
    assert given_columns == {
        "occurred_at": datetime(2020, 12, 10, 15, 47, 28, 873729), "visitor_id": "31733645.3711",
        "event_name": "purchase", "session_id": "2315275013", "user_id": "C7",
        "page_url": "https://shop.example/done", "referrer_url": "https://shop.example/basket",
        "product_id": "P1", "category": "Tea", "quantity": 2.0, "price": 4.5, "order_id": "T1", "search_query": "tea",
        "engagement_ms": 1200, "scroll_percent": 90, "device_type": "mobile", "browser": "Safari",
        "operating_system": "iOS", "language": "de-de", "country": "Germany",
        "utm_source": "news", "utm_medium": "email", "utm_campaign": "spring",
        "_feed": "web/ga4", "_file_id": 1, "_row_number": 1,
    }  # fmt: skip


def test_the_rest_is_one_flat_object_without_nulls(shop):
    _ingest(shop, FULL)
    ((parameters,),) = shop.rows("select parameters from raw.clickstream_events")
    assert json.loads(parameters) == {
        "event_bundle_sequence_id": "92",
        "value": 137.8, "currency": "USD", "ga_session_id": 2315275013, "engagement_time_msec": 1200,
        "page_location": "https://shop.example/done", "page_referrer": "https://shop.example/basket",
        "search_term": "tea", "percent_scrolled": 90,
        "event_params.items": "a parameter with the name of a column",
        "user_properties": {"tier": "gold"},
        "items": [
            {"item_id": "P1", "item_category": "Tea", "price": 4.5, "quantity": "2"},
            {"item_id": "P2", "item_category": "Cups", "price": 9, "quantity": "1"},
        ],
        "ecommerce": {"transaction_id": "T1", "purchase_revenue": 137.8},
        "device": {"category": "mobile", "operating_system": "iOS", "language": "de-de",
                   "web_info": {"browser": "Safari"}},
        "geo": {"country": "Germany", "city": "(not set)"},
        "collected_traffic_source": {
            "manual_source": "news", "manual_medium": "email", "manual_campaign_name": "spring",
        },
    }  # fmt: skip


def test_absent_and_empty_fields_give_nulls(shop):
    _ingest(shop, EVENT, EVENT | {"items": [], "geo": None, "device": {}, "ecommerce": {}})
    assert shop.rows(f"select distinct {COLUMNS}, country, browser from raw.clickstream_events") == [
        ("purchase", "2315275013", None, None, None, None, None, None)
    ]


@pytest.mark.parametrize("unknown", ["(not set)", "(data deleted)", "<Other>", "", " "])
def test_what_google_does_not_know_is_missing(shop, unknown):
    _ingest(shop, EVENT | {
        "user_id": unknown, "ecommerce": {"transaction_id": unknown},
        "items": [{"item_id": unknown, "item_category": unknown}],
        "geo": {"country": unknown}, "device": {"category": unknown},
    })  # fmt: skip
    assert shop.rows("""
        select user_id, order_id, product_id, category, country, device_type from raw.clickstream_events
    """) == [(None,) * 6]  # fmt: skip


@pytest.mark.parametrize("written", [
    1607615248873729, "1607615248873729", "2020-12-10 15:47:28.873729 UTC", "2020-12-10T16:47:28.873729+01:00",
])  # fmt: skip
def test_times_are_read_as_microseconds_or_as_written(shop, written):
    shop.contract("web/ga4", "format: ga4\ntime_zone: Europe/Berlin\n")
    shop.write("web/ga4/a.jsonl", json.dumps(EVENT | {"event_timestamp": written}))
    shop.ingest()
    assert shop.rows("select occurred_at from raw.clickstream_events") == [
        (datetime(2020, 12, 10, 15, 47, 28, 873729),)
    ]


def test_a_bad_row_is_rejected_and_the_others_go_on(shop):
    nobody = {name: value for name, value in EVENT.items() if name != "user_pseudo_id"}
    shop.contract("web/ga4", "format: ga4\n")
    lines = [
        json.dumps(EVENT),
        "{broken",
        json.dumps(nobody),
        json.dumps(EVENT | {"event_timestamp": "yesterday"}),
    ]
    shop.write("web/ga4/a.jsonl", "\n".join(lines))
    shop.ingest()
    assert shop.ledger() == {"web/ga4/a.jsonl": ("loaded", 4, 1, 3)}
    assert shop.rows("select row_number, column_name, reason from quality.rejected_rows order by 1") == [
        (2, None, "the line is not a JSON object; mend it"),
        (3, "visitor_id", "required and missing; fill it in"),
        (4, "occurred_at", "not a time such as 2026-01-31T23:59:59Z; correct the value"),
    ]


def _session(number, **parameters):
    pairs = [_param(key, string_value=value) for key, value in parameters.items()]
    first = {"source": "shop.example", "medium": "referral", "name": "(referral)"}
    return EVENT | {
        "event_params": [_param("ga_session_number", int_value=number), *pairs],
        "traffic_source": first,
    }


@pytest.mark.parametrize(("event", "expected"), [
    (_session(1), ("shop.example", "referral", "(referral)")),
    (_session(2), (None, None, None)),
    (_session(1, source="news", medium="email"), ("news", "email", None)),
    (_session(2, campaign="spring"), (None, None, "spring")),
])  # fmt: skip
def test_the_campaign_that_first_brought_a_user_counts_for_the_first_session_alone(shop, event, expected):
    _ingest(shop, event)
    assert shop.rows("select utm_source, utm_medium, utm_campaign from raw.clickstream_events") == [expected]


def test_parquet_of_an_older_schema_loads_without_the_columns_it_lacks(shop):
    shop.contract("web/ga4", "format: ga4\n")
    (shop.landing / "web" / "ga4").mkdir(parents=True)
    duckdb.sql("""
        select 1607615248873729 as event_timestamp, 'view_item' as event_name, '1.2' as user_pseudo_id,
            'x' as new_column,
            [{'key': 'ga_session_id', 'value': {'string_value': null::varchar, 'int_value': 5}}] as event_params,
            {'category': 'desktop', 'browser': 'Firefox'} as device, [{'item_id': 'P1', 'price': 2.5}] as items
    """).write_parquet(str(shop.landing / "web" / "ga4" / "a.parquet"))  # fmt: skip
    shop.ingest()
    assert shop.rows(f"select {COLUMNS}, browser, parameters->>'new_column' from raw.clickstream_events") == [
        ("view_item", "5", "P1", 2.5, None, None, "Firefox", "x")
    ]


def test_parquet_and_json_lines_give_the_same_rows(shop, shared_data):
    export = shared_data("ga4") / "ga4_events_sampled.snappy.parquet"
    shop.contract("web/ga4", "format: ga4\n")
    shop.contract("web/json", "format: ga4\n")
    for feed in ("ga4", "json"):
        (shop.landing / "web" / feed).mkdir(parents=True)
    some = f"from '{export}' order by event_timestamp, user_pseudo_id limit 2000"
    duckdb.sql(some).write_parquet(str(shop.landing / "web" / "ga4" / "a.parquet"))
    duckdb.sql(f"copy ({some}) to '{shop.landing}/web/json/a.jsonl' (format json)")
    shop.ingest()
    content = "select * exclude (_feed, _file_id), from raw.clickstream_events where _feed = 'web/{}'"
    assert shop.rows(f"select count(*) from ({content.format('json')})") == [(2000,)]
    assert shop.rows(f"{content.format('ga4')} except {content.format('json')}") == []


ODD = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
        st.just('["'),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["key", "value", "int_value", "item_id", "price"]), inner, max_size=3
        ),
    ),
    max_leaves=8,
)
OPTIONAL = (
    "event_params",
    "items",
    "device",
    "geo",
    "ecommerce",
    "user_properties",
    "traffic_source",
    "user_id",
)


@settings(max_examples=12, deadline=None)
@example(events=[{"device": ""}])
@given(events=st.lists(st.dictionaries(st.sampled_from(OPTIONAL), ODD, max_size=4), min_size=1, max_size=5))
def test_whatever_stands_in_an_optional_field_costs_no_row(new_shop, events):
    with new_shop() as shop:
        _ingest(shop, *(EVENT | odd for odd in events), EVENT)
        assert shop.ledger() == {"web/ga4/a.jsonl": ("loaded", len(events) + 1, len(events) + 1, 0)}


@pytest.mark.parametrize("items", ["", ", [{'item_id': 'P1'}] as items"])
def test_parquet_may_have_columns_of_any_name_and_none_of_items(shop, items):
    """A column named like a variable of the statement ended the night, and so did a file without items."""
    shop.contract("web/ga4", "format: ga4\n")
    shop.write("web/ga4/a.parquet", "")
    duckdb.sql(f"""
        select 1767607200000000 as event_timestamp, 'u1' as user_pseudo_id, 'page_view' as event_name, 'x' as p,
            'y' as item, 'z' as m,
            [{{'key': 'page_location', 'value': {{'string_value': 'https://shop.example/'}}}}] as event_params {items}
    """).write_parquet(str(shop.landing / "web" / "ga4" / "a.parquet"))
    shop.ingest()
    ((url, product, parameters),) = shop.rows(
        "select page_url, product_id, parameters::varchar from raw.clickstream_events"
    )
    assert (url, product) == ("https://shop.example/", "P1" if items else None)
    assert json.loads(parameters) | {"p": "x", "item": "y", "m": "z"} == json.loads(parameters)
