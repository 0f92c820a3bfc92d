"""A line of a web server's log taken apart: the request, its parameters, its cookies, without addresses.

What kind of event it is, is access_log's question.
"""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.lib.common.sql import literal_list, quote_literal
from dagster_project.lib.ingestion.reading.formats.json_sql import PAIR, object_of_pairs
from dagster_project.lib.ingestion.reading.formats.pieces import (
    field,
    filled_object,
    given,
    merged,
    with_columns,
    without,
)

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
LINE = (
    r'^(?:\S+:\d+ )?(\S+) \S+ (\S+|"[^"]*") \[([^\]]+)\] '
    + _QUOTED
    + r" (\d{3}) (\d+|-)(?: "
    + _QUOTED
    + " "
    + _QUOTED
    + r")?(.*)$"
)
"""Common Log Format, Combined with referrer and agent, either with a virtual host before and more fields behind."""
FIELDS = ("host", "user", "time", "request", "status", "bytes", "referrer", "agent", "rest")
FAULT = "the line is in neither Common nor Combined Log Format; correct the server's log format, or leave the line out"
IS_LINE = "\"log: parts\".status <> ''"
ADDRESS = (
    r"\b\d{1,3}(\.\d{1,3}){3}\b|\b([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b"
    r"|[0-9A-Fa-f:]*[0-9A-Fa-f]::[0-9A-Fa-f:.]*"
)
"""An IP address, version 4 or 6, wherever it stands."""
RECORD = (
    f"regexp_replace(regexp_replace(line, '^(\\S+:\\d+ )?\\S+', '(address)'), '{ADDRESS}', '(address)', 'g')"
)
"""SQL for the line as the quarantine shows it: whoever it came from stays unknown."""
ADDRESS_NAMES = ("ip", "uip", "client_ip", "remote_addr", "x_forwarded_for")
"""Parameters that are there to carry an address."""


def prepared(relation: str) -> str:
    """The relation of lines with what is taken out of each, blank lines left out.

    Adds "log: parts" (struct of FIELDS), method, target, path, query (JSON of the parameters, decoded), agent, referrer
    and user; all but the first without addresses, and null where the line has `-` or nothing.
    """
    lines = f"(select * from {relation} where trim(line) <> '')"
    parted = with_columns(lines, {"log: parts": f"regexp_extract(line, '{LINE}', {literal_list(FIELDS)})"})
    request = '"log: parts".request'
    named = with_columns(
        parted,
        {
            "log: method": f"nullif(regexp_extract({request}, '^([A-Z]+) ', 1), '')",
            "log: target": _masked(f"nullif(regexp_extract({request}, '^[A-Z]+ (\\S+)', 1), '')"),
            "log: agent": _said("agent"),
            "log: referrer": _masked(_said("referrer")),
            "log: user": f"trim({_said('user')}, '\"')",
        },
    )
    path = "split_part(\"log: target\", '?', 1)"
    query = f"nullif(substr(\"log: target\", length({path}) + 2), '')"
    pairs = (
        f"list_transform(string_split({query}, '&'), lambda p: {{'key': split_part(p, '=', 1), 'value': p}})"
    )
    value = f"to_json({_decoded(f'substr({PAIR}.value, length({PAIR}.key) + 2)')})::varchar"
    return with_columns(
        named, {"log: path": path, "log: query": f"({object_of_pairs(pairs, value, (), '')})::json"}
    )


def _said(name: str) -> str:
    return f"nullif(nullif(\"log: parts\".{name}, '-'), '')"


def _masked(text: str) -> str:
    host = '"log: parts".host'
    is_address = f"regexp_matches({host}, '[.:]')"
    own = f"case when {is_address} then replace({text}, {host}, '(address)') else {text} end"
    return f"regexp_replace({own}, '{ADDRESS}', '(address)', 'g')"


def parameter(name: str) -> str:
    """SQL for a parameter of the query, decoded; null where it is missing or blank."""
    return given(field('"log: query"', name))


def cookie(name: str) -> str:
    """SQL for a cookie out of the fields behind the agent; null where it is missing or blank."""
    pattern = quote_literal(f'[";\\s]{_plain(name)}=([^;"\\s]*)')
    return given(f'regexp_extract("log: parts".rest, {pattern}, 1)')


def request_details(columns: Sequence[str]) -> str:
    """SQL for `parameters`: how the request was answered, and of a pixel what no column takes."""
    details = filled_object(
        {
            "method": '"log: method"',
            "status": 'try_cast("log: parts".status as integer)',
            "bytes": 'try_cast("log: parts".bytes as bigint)',
            "is_robot": 'case when "log: is_robot" then true end',
        }
    )
    carried = without('"log: query"', [*columns, *ADDRESS_NAMES])
    return merged(f'case when "log: event" is not null then {carried} end', details)


def _decoded(text: str) -> str:
    """A `+` is a space; what is no valid escape stays as it was written."""
    return f"coalesce(try(url_decode(replace({text}, '+', ' '))), {text})"


def _plain(name: str) -> str:
    """The name for a regular expression, every other character than letters, digits and _ taken literally."""
    return "".join(letter if letter.isalnum() or letter == "_" else f"\\{letter}" for letter in name)
