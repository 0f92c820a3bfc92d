"""Snowplow's atomic.events: which column becomes which, by any container, and what an event is called."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import duckdb
import pytest

EVENT = {
    "event_id": "e1",
    "event": "page_view",
    "event_name": "page_view",
    "collector_tstamp": "2021-03-01 10:00:01.500",
    "derived_tstamp": "2021-03-01 10:00:00.250",
    "domain_userid": "d1",
    "network_userid": "n1",
    "domain_sessionid": "s1",
    "user_id": "C7",
    "user_ipaddress": "203.0.113.9",
    "page_url": "https://shop.example/",
    "page_referrer": "https://search.example/",
    "br_lang": "de-DE",
    "geo_country": "DE",
    "geo_city": "Kassel",
    "mkt_source": "news",
    "mkt_medium": "email",
    "mkt_campaign": "spring",
    "pp_yoffset_max": "100",
    "br_viewheight": "500",
    "doc_height": "1200",
    "contexts_com_snowplowanalytics_snowplow_web_page_1": '[{"id": "p1"}]',
    "contexts_nl_basjes_yauaa_context_1_0_0": (
        '[{"deviceClass": "Phone", "agentName": "Chrome", "operatingSystemName": "Android"}]'
    ),
}
COLUMNS = {
    "event_id": "e1", "occurred_at": datetime(2021, 3, 1, 10, 0, 0, 250000), "visitor_id": "d1", "session_id": "s1",
    "event_name": "page_view", "user_id": "C7", "page_url": "https://shop.example/",
    "referrer_url": "https://search.example/", "language": "de-DE", "country": "DE", "city": "Kassel",
    "utm_source": "news", "utm_medium": "email", "utm_campaign": "spring", "scroll_percent": 50,
    "device_type": "mobile", "browser": "Chrome", "operating_system": "Android",
}  # fmt: skip
ECOMMERCE = "com_snowplowanalytics_snowplow_ecommerce"


def _text(delimiter):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(EVENT), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerow(EVENT)
    return stream.getvalue()


def _native():
    return {
        name: json.loads(value) if name.startswith("contexts") else value for name, value in EVENT.items()
    }


def _write(shop, container):
    path = shop.landing / "web" / "snowplow" / f"a.{container}"
    path.parent.mkdir(parents=True)
    if container == "parquet":
        (path.parent / "a.json").write_text(json.dumps(_native()))
        duckdb.read_json(str(path.parent / "a.json")).write_parquet(str(path))
        (path.parent / "a.json").unlink()
    elif container == "jsonl":
        path.write_text(json.dumps(_native()))
    else:
        path.write_text(_text("," if container == "csv" else "\t"))


def _ingest(shop, *events):
    shop.contract("web/snowplow", "format: snowplow\n")
    shop.write("web/snowplow/a.jsonl", "".join(f"{json.dumps(event)}\n" for event in events))
    shop.ingest()


@pytest.mark.parametrize("container", ["csv", "tsv", "jsonl", "parquet"])
def test_every_container_gives_the_same_event(shop, container):
    shop.contract("web/snowplow", "format: snowplow\n")
    _write(shop, container)
    shop.ingest()
    given_columns = ", ".join(COLUMNS)
    assert shop.rows(f"select {given_columns} from raw.clickstream_events") == [tuple(COLUMNS.values())]
    ((parameters, extra),) = shop.rows("select parameters, _extra from raw.clickstream_events")
    kept = json.loads(parameters)
    assert (kept["page_view_id"], kept["domain_sessionid"], extra) == ("p1", "s1", None)
    assert kept["contexts_nl_basjes_yauaa_context_1_0_0"][0]["agentName"] == "Chrome"


def test_tabs_between_json_that_nobody_quoted_are_read_too(shop):
    shop.contract("web/snowplow", "format: snowplow\n")
    shop.write("web/snowplow/a.tsv", "\t".join(EVENT) + "\n" + "\t".join(EVENT.values()) + "\n")
    shop.ingest()
    assert shop.rows("select device_type, parameters->>'page_view_id' from raw.clickstream_events") == [
        ("mobile", "p1")
    ]


def test_the_address_of_a_person_reaches_no_raw_table(shop):
    _ingest(shop, EVENT | {"user_fingerprint": "203.0.113.9"})
    ((row,),) = shop.rows("select to_json(e)::varchar from raw.clickstream_events e")
    assert "203.0.113.9" not in row


def test_without_a_time_of_its_own_an_event_has_the_collectors_and_a_contracts_zone_moves_neither(shop):
    shop.contract("web/snowplow", "format: snowplow\ntime_zone: Europe/Berlin\n")
    lines = [EVENT, EVENT | {"derived_tstamp": None}, EVENT | {"derived_tstamp": "2021-03-01T10:00:00Z"}]
    shop.write("web/snowplow/a.jsonl", "\n".join(map(json.dumps, lines)))
    shop.ingest()
    assert shop.rows("select occurred_at from raw.clickstream_events order by _row_number") == [
        (datetime(2021, 3, 1, 10, 0, 0, 250000),),
        (datetime(2021, 3, 1, 10, 0, 1, 500000),),
        (datetime(2021, 3, 1, 10),),
    ]


def test_a_visitor_is_the_browser_else_the_collectors_cookie_else_the_row_is_rejected(shop):
    nobody = EVENT | {"domain_userid": None}
    _ingest(shop, nobody, nobody | {"network_userid": ""})
    assert shop.rows("select visitor_id from raw.clickstream_events") == [("n1",)]
    assert shop.ledger() == {"web/snowplow/a.jsonl": ("loaded", 2, 1, 1)}
    assert shop.rows("select row_number, column_name, reason from quality.rejected_rows") == [
        (2, "visitor_id", "required and missing; fill it in")
    ]


@pytest.mark.parametrize(("changed", "name"), [
    ({"event": "page_ping", "event_name": "page_ping"}, "user_engagement"),
    ({"event": "page_view", "event_name": None}, "page_view"),
    ({"event": "transaction", "event_name": "transaction"}, "purchase"),
    ({"event": "transaction_item", "event_name": "transaction_item"}, "transaction_item"),
    ({"event": "unstruct", "event_name": "link_click"}, "click"),
    ({"event": "unstruct", "event_name": "our_own"}, "our_own"),
    ({"event": "struct", "event_name": "event", "se_action": "Add-to-Basket"}, "add_to_cart"),
    ({"event": "struct", "event_name": "event", "se_action": "login"}, "login"),
    ({"event": "struct", "event_name": "event", "se_action": "call me at home"}, "event"),
])  # fmt: skip
def test_events_go_by_google_analytics_names_where_there_is_one(shop, changed, name):
    _ingest(shop, EVENT | changed)
    assert shop.rows("select event_name, parameters->>'event' from raw.clickstream_events") == [
        (name, changed["event"])
    ]


def test_a_transaction_and_its_items_are_one_order(shop):
    total = {"event": "transaction", "event_name": "transaction"}
    total |= {"tr_orderid": "T1", "tr_total": "19.5", "tr_currency": "EUR"}
    item = {"event": "transaction_item", "event_name": "transaction_item", "ti_orderid": "T1", "ti_sku": "P1"}
    _ingest(shop, EVENT | total, EVENT | item | {"ti_category": "Tea", "ti_price": "4.5", "ti_quantity": "2"})
    assert shop.rows("""
        select event_name, order_id, product_id, category, price, quantity, parameters->>'value',
            parameters->>'currency'
        from raw.clickstream_events order by _row_number
    """) == [
        ("purchase", "T1", None, None, None, None, "19.5", "EUR"),
        ("transaction_item", "T1", "P1", "Tea", 4.5, 2.0, None, None),
    ]  # fmt: skip


def _action(kind, **fields):
    return {
        "event": "unstruct", "event_name": "snowplow_ecommerce_action",
        f"unstruct_event_{ECOMMERCE}_snowplow_ecommerce_action_1": {"type": kind, **fields},
        f"contexts_{ECOMMERCE}_product_1": [{"id": "P1", "category": "Tea", "price": 4.5, "quantity": 2}, {"id": "P2"}],
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "name", "list_id"), [
    ("product_view", {}, "view_item", None),
    ("add_to_cart", {}, "add_to_cart", None),
    ("list_click", {"name": "for you"}, "select_item", "for you"),
    ("checkout_step", {}, "begin_checkout", None),
    ("transaction", {}, "purchase", None),
])  # fmt: skip
def test_ecommerce_actions_bring_their_first_product(shop, kind, fields, name, list_id):
    bought = {
        f"contexts_{ECOMMERCE}_transaction_1": [{"transaction_id": "T1", "revenue": 9, "currency": "EUR"}]
    }
    _ingest(shop, EVENT | _action(kind, **fields) | (bought if kind == "transaction" else {}))
    order = "T1" if kind == "transaction" else None
    assert shop.rows("""
        select event_name, item_list_id, product_id, category, price, quantity, order_id from raw.clickstream_events
    """) == [(name, list_id, "P1", "Tea", 4.5, 2.0, order)]  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "query"), [(["green", "tea"], "green tea"), ("tea", None), ([], None), ('["', None)]
)
def test_words_searched_for_are_one_query(shop, terms, query):
    search = {"unstruct_event_com_snowplowanalytics_snowplow_site_search_1": {"terms": terms}}
    _ingest(shop, EVENT | search | {"event": "unstruct", "event_name": "site_search"})
    assert shop.rows("select event_name, search_query from raw.clickstream_events") == [("search", query)]


def test_contexts_that_are_no_json_stay_as_texts(shop):
    shop.contract("web/snowplow", "format: snowplow\n")
    shop.write("web/snowplow/a.csv", _text(",").replace('""id"": ""p1""', '""id""'))
    shop.ingest()
    assert shop.rows("""
        select parameters->>'page_view_id', parameters->>'contexts_com_snowplowanalytics_snowplow_web_page_1'
        from raw.clickstream_events
    """) == [(None, '[{"id"}]')]  # fmt: skip
