"""Exports of every known layout, each a feed of its own, for one night that tests of several layouts read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.conftest import PROJECT, SHARED

PUBLIC = {
    "ga4": ("web/ga4", SHARED / "ga4" / "ga4_events_sampled.snappy.parquet"),
    "snowplow": ("web/snowplow", SHARED / "snowplow_web" / "data" / "source" / "snowplow_web_events.csv"),
}
"""Format -> its feed, and a public export of it that may lie beside the checkout."""
AS_OF = "2026-01-08T00:00:00Z"
EXPERIMENT = """\
experiment_id: banner
hypothesis: Who sees the banner comes back.
unit: visitor
variants: {without: 0.5, with: 0.5}
control: without
metrics:
  - {name: visits, kind: count, event_name: session_start}
starts_at: 2026-01-01
"""
"""On visitors of this year: those of the public exports came before."""
ELSEWHERE = """\
experiment_id: button
hypothesis: A red button is clicked more.
unit: visitor
variants: {blue: 1, red: 1}
control: blue
metrics: [{name: viewers, kind: conversion, event_name: view_item}]
"""
"""Another tool's, of which it exports exposures."""
LISTS = """\
experiment_id: lists
hypothesis: Who is shown what they buy time and again buys more than who is shown what everybody does.
unit: customer
variants: {popular: 1, habit: 1}
control: popular
recommendations: {strategies: {popular: popularity, habit: personal_frequency}}
metrics: [{name: buyers, kind: conversion, event_name: purchase}]
"""
"""On a list of customers, by two strategies that are nobody else's."""
CONTRACTS = {
    "web/segment": "format: segment",
    "web/adobe": "format: adobe",
    "web/log": "format: access_log",
    "shopify/orders": "{table: pos/orders, format: shopify}",
    "shopify/lines": "{table: pos/order_lines, format: shopify}",
    "shopify/customers": "{table: crm/customers, format: shopify}",
    "klaviyo/events": "format: klaviyo",
}
SEGMENT = [
    {"type": "track", "event": "Product Viewed", "anonymousId": "s1", "timestamp": "2026-01-05T10:00:00Z",
     "properties": {"product_id": "p1", "colour": "green"}},
    {"type": "page", "anonymousId": "s1", "timestamp": "2026-01-05T10:01:00Z", "properties": {"url": "/a"}},
]  # fmt: skip
ORDER = {
    "id": 900, "email": "Ann@example.org", "created_at": "2026-01-05T12:00:00Z", "currency": "EUR",
    "total_price": "38.00", "financial_status": "paid", "source_name": "web", "customer": {"id": 77},
    "line_items": [
        {"id": 1, "product_id": "p1", "price": "20.00", "quantity": 2, "total_discount": "3.50"},
        {"id": 2, "product_id": "p2", "price": "2.00", "quantity": 1, "total_discount": "0.50"},
    ],
}  # fmt: skip
HEADERS = "hitid_high\thitid_low\thit_time_gmt\tpost_visid_high\tpost_visid_low\tpost_event_list\tpost_product_list\n"
LOG = '203.0.113.9 - - [05/Jan/2026:10:00:00 +0000] "GET {} HTTP/1.1" 200 9 "-" "Firefox/133.0"\n'
LANDED = {
    "web/segment/a.jsonl": "".join(json.dumps(message) + "\n" for message in SEGMENT),
    "web/adobe/column_headers.tsv": HEADERS,
    "web/adobe/hit_data.tsv": "1\t2\t1767607200\t3\t4\t12\tTea;p1;1;20\n",
    "web/log/access.log": LOG.format("/pixel.gif?event=view_item&visitor_id=k1&product_id=p2")
    + LOG.format("/a.css"),
    "shopify/orders/a.jsonl": json.dumps(ORDER),
    "shopify/lines/a.jsonl": json.dumps(ORDER),
    "shopify/customers/a.csv": "id,first_name,last_name,email,updated_at\n77,Ann,Lee,ann@example.org,2026-01-01\n",
    "klaviyo/events/a.csv": "id,metric_name,email,datetime\n"
    "e1,Received Email,ann@example.org,2026-01-06\ne2,Unsubscribed,ann@example.org,2026-01-07\n",
    "experiments/exposures/a.csv": "experiment_id,variant_id,unit_id,exposed_at\n"
    "button,blue,s1,2026-01-05T09:00:00Z\nbutton,red,k1,2026-01-05T10:00:01Z\nbutton,red,x1,2026-01-04T10:00:00Z\n"
    "button,red,x2,2026-01-04T10:00:00Z\nbutton,blue,x2,2026-01-04T10:00:00Z\nnobodys,red,x3,2026-01-04T10:00:00Z\n",
    "onetrust/consents/a.csv": "Identifier,Purpose Name,Consent Status,Last Transaction Date\n"
    "ann@example.org,Email Marketing,ACTIVE,2026-01-02\nann@example.org,C0002,WITHDRAWN,2026-01-02\n",
    "cookiebot/consents/a.csv": "Consent ID,Date,preferences,statistics,marketing\nk1,2026-01-05,False,,True\n",
}


def deliver_layouts(folder: Path) -> None:
    """Write LANDED and link what there is of PUBLIC below `landing`, with their contracts below `config`."""
    for path, content in LANDED.items():
        _write(folder / "landing" / path, content)
    for feed, text in CONTRACTS.items():
        _write(folder / "config" / "contracts" / f"{feed}.yml", text)
    for name in ("onetrust", "cookiebot"):
        feed = Path("contracts") / name / "consents.yml"
        _write(folder / "config" / feed, (PROJECT / "examples" / name / "config" / feed).read_text())
    _write(folder / "config" / "experiments" / "banner.yml", EXPERIMENT)
    _write(folder / "config" / "experiments" / "button.yml", ELSEWHERE)
    _write(folder / "config" / "experiments" / "lists.yml", LISTS)
    for name, (feed, export) in PUBLIC.items():
        if export.exists():
            _write(folder / "config" / "contracts" / f"{feed}.yml", f"format: {name}\n")
            (folder / "landing" / feed).mkdir(parents=True)
            shutil.copyfile(export, folder / "landing" / feed / export.name)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
