"""Google Analytics 4's BigQuery export: one row an event, with its parameters and items nested in it.

Reads the daily and the streaming table (`events_YYYYMMDD`, `events_intraday_*`) as Parquet or JSON lines, whatever
columns the year of the export had. Which column goes where is told in docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dagster_project.lib.common.sql import literal_list
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats.format import names_in, require_columns
from dagster_project.lib.ingestion.reading.formats.json_sql import (
    NO_TEXT,
    PAIR,
    as_json,
    json_object,
    list_without_nulls,
    merge_objects,
    object_of_pairs,
    parse_json,
)
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import Source

REQUIRED = ("event_timestamp", "event_name", "user_pseudo_id", "event_params")
NESTED = ("device", "geo", "ecommerce", "items", "traffic_source", "collected_traffic_source")
USED = (*REQUIRED, *NESTED, "user_id", "user_properties")
MISSING = ("(not set)", "(data deleted)", "<Other>", "(not provided)", "")
"""How GA4 writes that it does not know."""

_VALUE = {
    "string_value": "VARCHAR",
    "int_value": "VARCHAR",
    "float_value": "VARCHAR",
    "double_value": "VARCHAR",
}
_PAIRS = [{"key": "VARCHAR", "value": _VALUE}]
_PARAMETERS = (
    *("ga_session_id", "ga_session_number", "source", "medium", "campaign"),
    *("page_location", "page_referrer", "engagement_time_msec", "percent_scrolled"),
    *("search_term", "item_list_id", "item_list_name", "transaction_id"),
)
_ITEM = ("item_id", "item_category", "price", "quantity", "item_list_id", "item_list_name")
_SHAPES: dict[str, object] = {
    "items": [dict.fromkeys(_ITEM, "VARCHAR")],
    "device": {
        **dict.fromkeys(("category", "operating_system", "language", "browser"), "VARCHAR"),
        "web_info": {"browser": "VARCHAR"},
    },
    "geo": {"country": "VARCHAR", "city": "VARCHAR"},
    "ecommerce": {"transaction_id": "VARCHAR"},
    "traffic_source": dict.fromkeys(("source", "medium", "name"), "VARCHAR"),
    "collected_traffic_source": dict.fromkeys(
        ("manual_source", "manual_medium", "manual_campaign_name"), "VARCHAR"
    ),
}


@dataclass(frozen=True)
class _Ga4:
    tables: frozenset[str] = frozenset({"clickstream/events"})
    default_table: str = "clickstream/events"
    containers: frozenset[str] = frozenset({"jsonl", "parquet"})
    header: bool = True

    def check(self, layout: Layout, feed: Feed) -> None:
        require_columns("ga4", REQUIRED, layout, feed)

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        return names_in(layout, USED).values()

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        text = {name: own.texts.get(actual, NO_TEXT) for name, actual in names_in(layout, USED).items()}
        text = dict.fromkeys(USED, NO_TEXT) | text
        return replace(own, relation=_relation(own, text), texts=_texts(text), extra="null::json")


def _relation(own: Source, text: dict[str, str]) -> str:
    """The export's rows with what is nested in them as structs, named `ga4 ...`."""
    nested = ", ".join(f'{parse_json(text[name], _SHAPES[name])} as "ga4 {name}"' for name in NESTED)
    flat = ", ".join(f'{_flat(text[name])} as "ga4 {name}"' for name in ("event_params", "user_properties"))
    own_columns = {name: as_json(text[name]) for name in NESTED if text[name] != NO_TEXT}
    own_columns["items"] = list_without_nulls(text["items"])
    own_columns["user_properties"] = """nullif("ga4 user_properties", '{}')::json"""
    parameters = merge_objects([own.extra, json_object(own_columns), '"ga4 event_params"'])
    known = parse_json('"ga4 event_params"', dict.fromkeys(_PARAMETERS, "VARCHAR"))
    # The first of a null without a type is a number, and has no fields.
    first_item = '"ga4 items"[1]' if text["items"] != NO_TEXT else "null"
    return (
        f'(select *, {known} as "ga4 param", {first_item} as "ga4 item", {parameters} as "ga4 parameters"'
        f" from (select *, {nested}, {flat} from {own.relation}))"
    )


def _flat(text: str) -> str:
    """GA4's list of keys with one value in one of four fields, as one object of plain values."""
    given = f"{PAIR}.value"
    number = f"try_cast(coalesce({given}.double_value, {given}.float_value) as double)"
    value = (
        f"coalesce(to_json({given}.string_value)::varchar, try_cast({given}.int_value as bigint)::varchar,"
        f" case when isfinite({number}) then to_json({number})::varchar end,"
        f" to_json(coalesce({given}.int_value, {given}.double_value, {given}.float_value))::varchar)"
    )
    return object_of_pairs(parse_json(text, _PAIRS), value, (*USED, "event_date"), "event_params.")


def _texts(text: dict[str, str]) -> dict[str, str]:
    param, item, device = '"ga4 param"', '"ga4 item"', '"ga4 device"'
    microseconds = f"regexp_full_match({text['event_timestamp']}, '\\d{{16}}')"
    instant = f"make_timestamp(try_cast({text['event_timestamp']} as bigint))::varchar || 'Z'"
    return {
        "occurred_at": f"case when {microseconds} then {instant} else {text['event_timestamp']} end",
        "visitor_id": text["user_pseudo_id"],
        "event_name": text["event_name"],
        "session_id": f"{param}.ga_session_id",
        "user_id": _given(text["user_id"]),
        "page_url": _given(f"{param}.page_location"),
        "referrer_url": _given(f"{param}.page_referrer"),
        "product_id": _given(f"{item}.item_id"),
        "category": _given(f"{item}.item_category"),
        "quantity": f"{item}.quantity",
        "price": f"{item}.price",
        "order_id": _given('"ga4 ecommerce".transaction_id', f"{param}.transaction_id"),
        "search_query": _given(f"{param}.search_term"),
        "item_list_id": _given(
            f"{param}.item_list_id", f"{item}.item_list_id", f"{param}.item_list_name", f"{item}.item_list_name"
        ),
        "engagement_ms": f"{param}.engagement_time_msec",
        "scroll_percent": f"{param}.percent_scrolled",
        "device_type": _given(f"{device}.category"),
        "browser": _given(f"{device}.web_info.browser", f"{device}.browser"),
        "operating_system": _given(f"{device}.operating_system"),
        "language": _given(f"{device}.language"),
        "country": _given('"ga4 geo".country'),
        "city": _given('"ga4 geo".city'),
        "utm_source": _campaign("source", "manual_source", "source"),
        "utm_medium": _campaign("medium", "manual_medium", "medium"),
        "utm_campaign": _campaign("campaign", "manual_campaign_name", "name"),
        "parameters": '"ga4 parameters"',
    }  # fmt: skip


def _given(*texts: str) -> str:
    """The first of the texts that says something."""
    known = [f"case when trim({text}) not in {literal_list(MISSING)} then {text} end" for text in texts]
    return known[0] if len(known) == 1 else f"coalesce({', '.join(known)})"


def _campaign(parameter: str, collected: str, acquired: str) -> str:
    """What brought the visitor here: as collected with the event, else by its own parameters; never a mixture.

    `traffic_source` tells what first brought the user at all, which is the campaign of the first session alone.
    """
    place, param, first = '"ga4 collected_traffic_source"', '"ga4 param"', '"ga4 traffic_source"'
    has_collected = (
        f"coalesce({place}.manual_source, {place}.manual_medium, {place}.manual_campaign_name) is not null"
    )
    has_own = f"coalesce({param}.source, {param}.medium, {param}.campaign) is not null"
    return (
        f"case when {has_collected} then {_given(f'{place}.{collected}')}"
        f" when {has_own} then {_given(f'{param}.{parameter}')}"
        f" when {param}.ga_session_number = '1' then {_given(f'{first}.{acquired}')} end"
    )


GA4 = _Ga4()
