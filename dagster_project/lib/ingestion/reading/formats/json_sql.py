"""SQL over JSON texts that formats share. Every function takes and gives SQL expressions; nothing here knows a format.

A text that is not JSON, or not of the shape asked for, gives null: one bad value never stops a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from dagster_project.lib.common.sql import literal_list, quote_literal

NO_TEXT = "null::varchar"
PAIR = '"kindred: pair"'
"""What object_of_pairs calls one of its pairs: DuckDB would take a column of this name for it."""


def parse_json(text: str, structure: object) -> str:
    """The text as a nested value. structure: what DuckDB's from_json takes, such as [{"key": "VARCHAR"}].

    Of a constant null it is a null without a type.
    """
    return f"from_json({valid_json(text)}, {quote_literal(json.dumps(structure))})"


def valid_json(text: str) -> str:
    """The text as JSON where it is. No `case`: in long statements DuckDB was seen to cast what one had ruled out."""
    return f"try_cast({text} as json)"


def as_json(text: str) -> str:
    """The text as the JSON that it holds, else as a JSON string."""
    return f"coalesce({valid_json(text)}, to_json({text}))"


def json_object(values: Mapping[str, str]) -> str:
    """One object of expressions by name."""
    return f"json_object({', '.join(f'{quote_literal(name)}, {value}' for name, value in values.items())})"


def merge_objects(objects: Iterable[str]) -> str:
    """One object of several, the later over the earlier; whatever is null at any depth, but in lists, is left out."""
    given = ", ".join(f"coalesce({item}, '{{}}')" for item in objects)
    return f"json_merge_patch('{{}}', {given})"


def list_without_nulls(text: str) -> str:
    """A JSON list whose objects lack what is null in them; an empty one is null."""
    items = f"list_transform({parse_json(text, ['JSON'])}, lambda item: json_merge_patch('{{}}', item))"
    return f"case when len({items}) > 0 then to_json({items}) end"


def object_of_pairs(pairs: str, value: str, reserved: Iterable[str], prefix: str) -> str:
    """A list of structs with a field `key` as one JSON object of type varchar; without key or value there is no pair.

    value: SQL of type varchar for the JSON of the value of PAIR. A key that is one of `reserved` gets the prefix.
    """
    name = f"{PAIR}.key"
    key = (
        f"case when {name} in {literal_list(reserved)} then {quote_literal(prefix)} || {name} else {name} end"
    )
    members = f"list_transform({pairs}, lambda {PAIR}: to_json({key}) || ':' || {value})"
    return f"'{{' || array_to_string(list_filter({members}, lambda m: m is not null), ',') || '}}'"
