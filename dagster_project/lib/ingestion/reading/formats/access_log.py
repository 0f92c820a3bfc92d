"""Web server logs in Common or Combined Log Format, one row a request.

A GET of a pixel with an `event` parameter is that event, a GET of a page is a page view, and every other request (an
asset, a form, a failure, a robot) is kept as an event named `request`: nothing is lost, and it counts as no page view.
No IP address goes on from here, neither into a column nor into `parameters` nor into the quarantine.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats.access_log_request import (
    FAULT,
    IS_LINE,
    RECORD,
    cookie,
    parameter,
    prepared,
    request_details,
)
from dagster_project.lib.ingestion.reading.formats.json_sql import parse_json
from dagster_project.lib.ingestion.reading.formats.pieces import choose, first_given, given, with_columns
from dagster_project.lib.ingestion.reading.formats.user_agents import (
    browser,
    device_type,
    is_robot,
    operating_system,
)
from dagster_project.lib.ingestion.reading.layouts import Headless, Layout
from dagster_project.lib.ingestion.reading.source import Source

EVENTS = "clickstream/events"
ONE_COLUMN = "\x01"
"""A delimiter that no log has, so that each line is one column."""
MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
ASSET = (
    r"(?i)\.(css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|bmp|woff2?|ttf|otf|eot|mp[34]|webm|json|xml|txt|wasm|zip)$"
    r"|^/(api|graphql|\.well-known)(/|$)"
)
PIXEL = r"(?i)(\.gif|\.png|/(pixel|collect|beacon|track))$"
AGENT, STATUS, PATH, REFERRER = '"log: agent"', '"log: parts".status', '"log: path"', '"log: referrer"'
IS_PIXEL = '"log: event" is not null'


@dataclass(frozen=True)
class _AccessLog:
    tables: frozenset[str] = frozenset({EVENTS})
    default_table: str = EVENTS
    containers: frozenset[str] = frozenset({"log"})
    header: bool = False

    def describe(self, file: LandedFile) -> Headless:
        """One column a line."""
        return Headless(columns=("line",), delimiter=ONE_COLUMN)

    def check(self, layout: Layout, feed: Feed) -> None:
        """Every text is lines; which of them are no requests is found row by row."""

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        return ("line",)

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        columns = [column.name for column in feed.contract.columns]
        texts = _texts(columns)
        for theirs, ours in feed.contract.rename.items():
            texts[ours] = first_given(parameter(theirs), cookie(theirs), texts.get(ours, "null::varchar"))
        return replace(
            own,
            relation=_judged(prepared(own.relation), columns),
            texts=texts,
            record=RECORD,
            malformed=f"not {IS_LINE}",
            fault=quote_literal(FAULT),
        )


def _judged(relation: str, columns: Sequence[str]) -> str:
    """The prepared lines with what each is: a pixel's event and `columns`, a page, a robot's."""
    # Common Log Format names no agent; in Combined, one that is `-` is no browser.
    robot = f"(\"log: parts\".agent <> '' and {is_robot(AGENT)})"
    answered = f"({STATUS} like '2__' or {STATUS} = '304')"
    seen = f'coalesce("log: method" = \'GET\' and {answered} and not "log: is_robot", false)'
    event = first_given(parameter("event"), parameter("event_name"))
    asked = with_columns(with_columns(relation, {"log: is_robot": robot}), {"log: is_seen": seen})
    pixel = f"case when \"log: is_seen\" and regexp_matches({PATH}, '{PIXEL}') then {event} end"
    page = f"\"log: is_seen\" and not regexp_matches({PATH}, '{ASSET}')"
    judged = with_columns(asked, {"log: event": pixel, "log: is_page": page})
    query = f'case when {IS_PIXEL} then "log: query" end'
    return with_columns(judged, {"log: carried": parse_json(query, dict.fromkeys(columns, "VARCHAR"))})


def _texts(columns: Sequence[str]) -> dict[str, str]:
    """Canonical column -> SQL of type varchar. columns: those that a pixel may carry as parameters."""
    carried = {name: given(f'"log: carried".{quote_identifier(name)}') for name in columns}
    page = first_given(carried["page_url"], f'case when {IS_PIXEL} then {REFERRER} else "log: target" end')
    return {
        **carried,
        "event_name": "coalesce(\"log: event\", case when \"log: is_page\" then 'page_view' else 'request' end)",
        "occurred_at": _time(),
        "visitor_id": first_given(
            parameter("visitor_id"), cookie("visitor_id"), _google_cookie(), _nameless_visitor()
        ),
        "user_id": f'coalesce({carried["user_id"]}, "log: user")',
        "page_url": page,
        "referrer_url": f"case when {IS_PIXEL} then {carried['referrer_url']} else {REFERRER} end",
        "browser": f"coalesce({carried['browser']}, {browser(AGENT)})",
        "operating_system": f"coalesce({carried['operating_system']}, {operating_system(AGENT)})",
        "device_type": f"coalesce({carried['device_type']}, {device_type(AGENT)})",
        **{name: parameter(name) for name in ("utm_source", "utm_medium", "utm_campaign")},
        "parameters": request_details([*columns, "event"]),
    }


def _time() -> str:
    """10/Oct/2000:13:55:36 -0700 as 2000-10-10T13:55:36-0700; what is written otherwise goes on as it is."""
    time = '"log: parts".time'
    month = choose(f"substr({time}, 4, 3)", MONTHS)
    written = (
        f"substr({time}, 8, 4) || '-' || {month} || '-' || left({time}, 2) || 'T' || substr({time}, 13, 8)"
    )
    return f"coalesce({written} || trim(substr({time}, 22)), {time})"


def _google_cookie() -> str:
    """The client id in Google Analytics' cookie: GA1.2.123.456 -> 123.456."""
    return f"regexp_extract({cookie('_ga')}, '^GA\\d\\.\\d\\.(.+)$', 1)"


def _nameless_visitor() -> str:
    """A digest of address, agent and day for who carries no cookie: another one each day, so nobody is followed."""
    day = 'left("log: parts".time, 11)'
    return f"'log-' || left(sha256(concat_ws(chr(31), \"log: parts\".host, {AGENT}, {day})), 32)"


ACCESS_LOG = _AccessLog()
