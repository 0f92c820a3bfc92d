"""Snowplow's atomic.events: one row an event, with its contexts beside it as self-describing JSON.

Reads exports of the table from any warehouse, with a header, and the JSON of Snowplow's loaders. Which column goes
where is told in docs/formats.md; names are in snowplow_names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats import snowplow_names as names
from dagster_project.lib.ingestion.reading.formats.format import names_in, require_columns
from dagster_project.lib.ingestion.reading.formats.json_sql import (
    NO_TEXT,
    as_json,
    json_object,
    merge_objects,
    parse_json,
    valid_json,
)
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import Source

REQUIRED = ("event_id", "event", "collector_tstamp", "domain_userid")
NEVER_TAKEN = ("user_ipaddress", "user_fingerprint")
"""Addresses of persons that nothing needs."""
READ = (
    *("event", "event_name", "collector_tstamp", "derived_tstamp", "domain_userid", "network_userid"),
    *("domain_sessionid", "se_action", "tr_orderid", "tr_total", "tr_currency", "ti_orderid", "ti_sku"),
    *(
        "ti_category",
        "ti_price",
        "ti_quantity",
        "ti_currency",
        "pp_yoffset_max",
        "br_viewheight",
        "doc_height",
    ),
    *("dvce_type", "br_family", "br_name", "os_family", "os_name"),
)
"""Read, and kept in `parameters` as well: what is made of them is not always what they say."""
SELF_DESCRIBING = re.compile(r"(contexts|unstruct_event)_\w+", re.IGNORECASE)


@dataclass(frozen=True)
class _Snowplow:
    tables: frozenset[str] = frozenset({"clickstream/events"})
    default_table: str = "clickstream/events"
    containers: frozenset[str] = frozenset({"csv", "tsv", "jsonl", "parquet"})
    header: bool = True

    def check(self, layout: Layout, feed: Feed) -> None:
        require_columns("snowplow", REQUIRED, layout, feed)

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        plain = {*REQUIRED, *READ, *NEVER_TAKEN, *names.KEPT_UNDER_ITS_NAME}
        return [*names_in(layout, plain).values(), *_self_describing(layout)]

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        wanted = (*REQUIRED, *READ, *names.KEPT_UNDER_ITS_NAME)
        actual = names_in(layout, wanted)
        text = {name: own.texts.get(actual.get(name, ""), NO_TEXT) for name in wanted}
        contexts = {name: own.texts[name] for name in _self_describing(layout)}
        return replace(own, relation=_relation(own, text, contexts), texts=_texts(text), extra="null::json")


def _self_describing(layout: Layout) -> list[str]:
    if layout.container == "jsonl":
        return [prefix + version for prefix in names.CONTEXTS.values() for version in names.VERSIONS]
    return [name for name in layout.columns if SELF_DESCRIBING.fullmatch(name)]


def _relation(own: Source, text: Mapping[str, str], contexts: Mapping[str, str]) -> str:
    """The export's rows with each context that is read as JSON, named `snowplow ...`, and what goes to `parameters`."""
    read = ", ".join(
        f'{_context(prefix, contexts)} as "snowplow {name}"' for name, prefix in names.CONTEXTS.items()
    )
    added = {
        "page_view_id": _field("page", "id"),
        "value": f"try_cast(coalesce({text['tr_total']}, {_field('transaction', 'revenue')}) as double)",
        "currency": f"coalesce({text['tr_currency']}, {_field('transaction', 'currency')}, {text['ti_currency']})",
    }
    kept = {name: text[name] for name in READ if text[name] != NO_TEXT}
    kept |= {name: as_json(value) for name, value in contexts.items()}
    parameters = merge_objects([own.extra, json_object(kept), json_object(added)])
    return f'(select *, {parameters} as "snowplow parameters" from (select *, {read} from {own.relation}))'


def _context(prefix: str, contexts: Mapping[str, str]) -> str:
    """The first of the contexts of a kind, of whatever schema version."""
    found = [text for name, text in contexts.items() if re.fullmatch(rf"{prefix}_\d+(_\d+)*", name.lower())]
    firsts = [f"coalesce({valid_json(text)}->0, {valid_json(text)})" for text in found]
    return f"coalesce({', '.join([*firsts, 'null::json'])})"


def _field(context: str, *fields: str) -> str:
    """A field of a context, whose names are in camel case or in snake case by the warehouse it comes from."""
    found = [f'"snowplow {context}"->>{quote_literal(field)}' for field in fields]
    return f"({found[0]})" if len(found) == 1 else f"coalesce({', '.join(found)})"


def _texts(text: Mapping[str, str]) -> dict[str, str]:
    own = {ours: text[theirs] for theirs, ours in names.KEPT_UNDER_ITS_NAME.items()}
    return own | {
        "event_id": text["event_id"],
        "occurred_at": _utc(_first(text["derived_tstamp"], text["collector_tstamp"])),
        "visitor_id": _first(text["domain_userid"], text["network_userid"]),
        "session_id": text["domain_sessionid"],
        "event_name": _event_name(text),
        "product_id": _first(text["ti_sku"], _field("product", "id"), _cart("sku")),
        "category": _first(text["ti_category"], _field("product", "category"), _cart("category")),
        "quantity": _first(text["ti_quantity"], _field("product", "quantity"), _cart("quantity")),
        "price": _first(text["ti_price"], _field("product", "price"), _cart("unitPrice", "unit_price")),
        "order_id": _first(text["tr_orderid"], text["ti_orderid"], _field("transaction", "transaction_id")),
        "search_query": f"nullif(array_to_string({parse_json(_field('search', 'terms'), ['VARCHAR'])}, ' '), '')",
        "item_list_id": f"case when {_field('action', 'type')} like 'list%' then {_field('action', 'name')} end",
        "scroll_percent": _scrolled(text),
        "device_type": _renamed(
            f"lower({_first(text['dvce_type'], _field('device', 'deviceClass', 'device_class'))})", names.DEVICE_TYPES
        ),
        "browser": _first(
            text["br_family"], text["br_name"], _field("device", "agentName", "agent_name"),
            _field("agent", "useragentFamily", "useragent_family"),
        ),
        "operating_system": _first(
            text["os_family"], text["os_name"], _field("device", "operatingSystemName", "operating_system_name"),
            _field("agent", "osFamily", "os_family"),
        ),
        "parameters": '"snowplow parameters"',
    }  # fmt: skip


def _first(*texts: str) -> str:
    given = ", ".join(f"nullif(trim({text}), '')" for text in texts)
    return f"coalesce({given})"


def _cart(*fields: str) -> str:
    return f"coalesce({_field('added', *fields)}, {_field('removed', *fields)})"


def _utc(text: str) -> str:
    """Snowplow's times are UTC and do not say so, whatever zone a contract names for other times."""
    is_bare = f"regexp_full_match({text}, '.*[ T]\\d{{2}}:\\d{{2}}(:\\d{{2}}(\\.\\d+)?)?')"
    return f"case when {is_bare} then {text} || 'Z' else {text} end"


def _event_name(text: Mapping[str, str]) -> str:
    action = f"lower(regexp_replace(trim({text['se_action']}), '[^A-Za-z0-9]+', '_', 'g'))"
    known = {name: ours or name for name, ours in names.STRUCTURED_ACTIONS.items()}
    fallback = quote_literal("event")
    step = f"{_field('action', 'type')} = 'checkout_step' and coalesce({_field('action', 'step')}, '1') = '1'"
    named = _first(_field("action", "type"), text["event_name"], text["event"])
    return (
        f"case when {text['event']} = 'struct' then {_renamed(action, known, fallback)}"
        f" when {step} then 'begin_checkout' else {_renamed(named, names.EVENT_NAMES)} end"
    )


def _renamed(text: str, names_by_theirs: Mapping[str, str], otherwise: str | None = None) -> str:
    cases = " ".join(f"when {quote_literal(a)} then {quote_literal(b)}" for a, b in names_by_theirs.items())
    return f"case {text} {cases} else {otherwise or text} end"


def _scrolled(text: Mapping[str, str]) -> str:
    """How much of the page was seen at most: down to the lower edge of the window, in whole percent."""
    bottom, window, page = (
        f"try_cast({text[name]} as double)" for name in ("pp_yoffset_max", "br_viewheight", "doc_height")
    )
    share = f"100 * ({bottom} + {window}) / nullif({page}, 0)"
    return f"case when {share} > 100 then '100' else round({share})::varchar end"


SNOWPLOW = _Snowplow()
