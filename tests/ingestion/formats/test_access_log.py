"""Web server logs: what is a page view, what a pixel's event, what only a request, and that no address goes on."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
ADDRESS = "203.0.113.77"


def line(
    request="GET /tea?utm_source=news HTTP/1.1",
    status=200,
    address=ADDRESS,
    referrer="https://search.example/?q=tea",
    agent=FIREFOX,
    user="-",
    rest="",
    time="05/Jan/2026:11:00:00 +0100",
):
    return f'{address} - {user} [{time}] "{request}" {status} 512 "{referrer}" "{agent}"{rest}\n'


def ingest(shop, content, name="access.log"):
    shop.contract("web/log", "format: access_log\n")
    shop.write(f"web/log/{name}", content)
    return shop.ingest()["web/log"]


def names(shop):
    return [
        name for (name,) in shop.rows("select event_name from raw.clickstream_events order by _row_number")
    ]


@pytest.mark.parametrize("name", ["access.log", "access.log.gz"])
def test_a_page_that_was_answered_is_a_page_view(shop, name):
    ingest(shop, line(user="ada"), name)
    assert shop.ledger() == {f"web/log/{name}": ("loaded", 1, 1, 0)}
    assert shop.rows("""
        select occurred_at, event_name, page_url, referrer_url, user_id, utm_source, browser, operating_system,
            device_type, _row_number
        from raw.clickstream_events
    """) == [
        (datetime(2026, 1, 5, 10), "page_view", "/tea?utm_source=news", "https://search.example/?q=tea", "ada", "news",
         "Firefox", "Linux", "desktop", 1),
    ]  # fmt: skip


def test_common_log_format_has_neither_referrer_nor_agent(shop):
    ingest(shop, f'{ADDRESS} - frank [10/Oct/2000:13:55:36 -0700] "GET /index.html HTTP/1.0" 200 2326\n')
    assert shop.rows(
        "select occurred_at, event_name, page_url, user_id, browser from raw.clickstream_events"
    ) == [(datetime(2000, 10, 10, 20, 55, 36), "page_view", "/index.html", "frank", None)]


def test_a_pixels_parameters_fill_the_columns_and_the_rest_stays_in_parameters(shop):
    query = "event=view_item&visitor_id=v-1&product_id=p%207&price=4.5&colour=sea+green&uip=198.51.100.4&session_id=s1"
    ingest(shop, line(f"GET /pixel.gif?{query} HTTP/1.1", referrer="https://shop.example/p/7"))
    ((*columns, parameters),) = shop.rows("""
        select event_name, visitor_id, session_id, product_id, price, page_url, referrer_url, parameters::varchar
        from raw.clickstream_events
    """)
    assert columns == ["view_item", "v-1", "s1", "p 7", 4.5, "https://shop.example/p/7", None]
    assert json.loads(parameters) == {"colour": "sea green", "method": "GET", "status": 200, "bytes": 512}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (line("GET / HTTP/1.1"), "page_view"),
        (line("GET / HTTP/1.1", status=304), "page_view"),
        (line("GET /tickets?event=concert HTTP/1.1"), "page_view"),
        (line("GET /style.css?v=3 HTTP/1.1"), "request"),
        (line("GET /pixel.gif HTTP/1.1"), "request"),
        (line("GET /api/cart HTTP/1.1"), "request"),
        (line("POST /checkout HTTP/1.1"), "request"),
        (line("HEAD / HTTP/1.1"), "request"),
        (line("GET /gone HTTP/1.1", status=404), "request"),
        (line("GET /old HTTP/1.1", status=301), "request"),
        (line(agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"), "request"),
        (line("GET /pixel.gif?event=view_item HTTP/1.1", agent="curl/8.5.0"), "request"),
        (line(agent="-"), "request"),
        (line("\\x16\\x03\\x01", status=400), "request"),
    ],
)
def test_what_is_no_visit_is_kept_as_a_request(shop, written, name):
    ingest(shop, written)
    assert names(shop) == [name]
    assert shop.ledger()["web/log/access.log"] == ("loaded", 1, 1, 0)


def test_a_robot_is_marked(shop):
    ingest(shop, line(agent="bingbot/2.0") + line())
    assert shop.rows("select parameters->>'is_robot' from raw.clickstream_events order by _row_number") == [
        ("true",), (None,),
    ]  # fmt: skip


def test_a_visitor_is_a_parameter_a_cookie_or_a_digest_that_changes_each_day(shop):
    ingest(
        shop,
        line("GET /?visitor_id=q HTTP/1.1", rest=' "visitor_id=c"')
        + line(rest=' "198.51.100.4" "a=1; visitor_id=c; b=2"')
        + line(rest=' "_ga=GA1.2.123.456"')
        + line()
        + line("GET /other HTTP/1.1")
        + line(time="06/Jan/2026:11:00:00 +0100")
        + line(agent="Other/1.0"),
    )
    visitors = [
        row[0] for row in shop.rows("select visitor_id from raw.clickstream_events order by _row_number")
    ]
    assert visitors[:3] == ["q", "c", "123.456"]
    assert visitors[3] == visitors[4]
    assert len({*visitors[3:]}) == 3
    assert all(visitor.startswith("log-") for visitor in visitors[3:])


def test_rename_takes_a_parameter_or_a_cookie_of_the_sites_own(shop):
    shop.contract("web/log", "format: access_log\nrename: {sid: session_id, 'shop.visitor': visitor_id}\n")
    shop.write("web/log/a.log", line("GET /?sid=s9 HTTP/1.1", rest=' "shop.visitor=c7; shopxvisitor=no"'))
    shop.ingest()
    assert shop.rows("select session_id, visitor_id from raw.clickstream_events") == [("s9", "c7")]


def test_lines_that_are_no_log_are_rejected_and_blank_ones_are_none(shop):
    ingest(shop, line() + f"{ADDRESS} said hello\n" + "\n" + line(time="32/Foo/2026:11:00:00 +0100") + line())
    assert shop.ledger() == {"web/log/access.log": ("loaded", 4, 2, 2)}
    assert shop.rows("select row_number, column_name, raw_row, reason from quality.rejected_rows order by 1") == [
        (2, None, "(address) said hello", "the line is in neither Common nor Combined Log Format; correct the server's"
         " log format, or leave the line out"),
        (3, "occurred_at", line(time="32/Foo/2026:11:00:00 +0100", address="(address)").rstrip("\n"),
         "not a time such as 2026-01-31T23:59:59Z; correct the value"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address", [ADDRESS, "2001:db8::8a2e:370:7334", "2001:db8:0:1:1:1:1:1", "p5b.dip.example"]
)
def test_no_address_reaches_the_warehouse(shop, address):
    ingest(
        shop,
        line(f"GET /?from={address}&ip={address} HTTP/1.1", address=address, referrer=f"http://{address}/x")
        + line(f"GET /pixel.gif?event=x&a={address}&page_url=http://{address}/ HTTP/1.1", address=address)
        + line(address=address, rest=f' "{address}"')
        + line(address=f"shop.example:443 {address}", status=20)
        + f"{address} what {ADDRESS}\n",
    )
    for table in ("raw.clickstream_events", "quality.rejected_rows"):
        stored = json.dumps(shop.rows(f"select to_json(t)::varchar from {table} t"))
        assert address not in stored
        assert ADDRESS not in stored
    assert shop.ledger() == {"web/log/access.log": ("loaded", 5, 3, 2)}


def test_odd_bytes_and_escapes_cost_no_line(shop):
    odd = line("GET /caf\\xC3\\xA9?name=%ff%zz HTTP/1.1", agent='say \\"hi\\"')
    ingest(shop, odd.encode() + line("GET /caf\u00e9 HTTP/1.1").encode("latin-1"))
    assert shop.ledger() == {"web/log/access.log": ("loaded", 2, 2, 0)}
    assert shop.rows("select page_url from raw.clickstream_events order by _row_number") == [
        ("/caf\\xC3\\xA9?name=%ff%zz",), ("/caf\u00e9",),
    ]  # fmt: skip


def test_a_log_without_the_format_is_quarantined_and_so_is_another_file_with_it(shop):
    shop.write("clickstream/events/access.log", line())
    outcome = ingest(shop, "a,b\n1,2\n", "a.csv")
    assert outcome.quarantined["web/log/a.csv"].startswith("access_log exports come as log;")
    assert shop.rows("select reason from quality.ingested_files where source = 'clickstream'") == [
        (
            ".log files are of no canonical layout; name theirs under `format:` in contracts/clickstream/events.yml",
        )
    ]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    requests=st.lists(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00\x01")), min_size=1)
)
def test_whatever_is_asked_for_costs_no_other_line(new_shop, requests):
    with new_shop() as shop:
        ingest(
            shop, "".join(line(f"GET /{request}") for request in requests).encode("latin-1") + line().encode()
        )
        ((status, rows_in, loaded, rejected),) = shop.ledger().values()
        assert (status, rows_in) == ("loaded", len(requests) + 1)
        assert loaded + rejected == rows_in
        assert names(shop)[-1] == "page_view"
