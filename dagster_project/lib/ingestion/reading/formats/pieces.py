"""Small pieces of SQL that several layouts share, over texts and relations; those over JSON alone are in json_sql."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.ingestion.reading.formats.json_sql import json_object, merge_objects, valid_json


def given(text: str) -> str:
    """The text, null where it is blank."""
    return f"nullif(trim({text}), '')"


def first_given(*texts: str) -> str:
    """The first of the texts that is not blank."""
    return f"coalesce({', '.join(map(given, texts))})" if texts else "null::varchar"


def document(text: str) -> str:
    """JSON text as JSON, null where it is none: an export writes what it likes."""
    return f"({valid_json(text)})::json"


def field(json: str, *path: str) -> str:
    """The text at `path` in a JSON expression."""
    steps = "".join(f'."{step}"' for step in path)
    return f"json_extract_string({json}, {quote_literal('$' + steps)})"


def filled_object(members: Mapping[str, str]) -> str:
    """A JSON object of the members, SQL each, that are not null; null where none is."""
    return f"nullif({merge_objects([json_object(members)])}::varchar, '{{}}')::json"


def without(json: str, names: Iterable[str]) -> str:
    """A JSON object less these members, null where nothing is left."""
    nothing = ", ".join(f"{quote_literal(name)}, null" for name in names)
    left = f"nullif(json_merge_patch({json}, json_object({nothing}))::varchar, '{{}}')::json"
    # A patch of nothing would be the patch itself.
    return f"case when {json} is not null then {left} end"


def merged(*documents: str) -> str:
    """JSON objects, each of which may be null, in one of type varchar; the members of the later ones win."""
    return f"nullif({merge_objects(documents)}::varchar, '{{}}')"


def choose(value: str, words: Mapping[str, str], otherwise: str = "null::varchar") -> str:
    """The word that `value` (SQL) stands for, or `otherwise` (SQL)."""
    cases = " ".join(f"when {quote_literal(key)} then {quote_literal(word)}" for key, word in words.items())
    return f"case {value} {cases} else {otherwise} end"


def snake_case(text: str) -> str:
    """`Product Added`, `productAdded` and `product-added` as product_added, in any script."""
    parted = f"regexp_replace({text}, '([\\p{{Ll}}\\p{{N}}])(\\p{{Lu}})', '\\1_\\2', 'g')"
    joined = f"regexp_replace(lower({parted}), '[^\\p{{L}}\\p{{N}}]+', '_', 'g')"
    return f"nullif(trim({joined}, '_'), '')"


def with_columns(relation: str, columns: Mapping[str, str]) -> str:
    """The relation with more columns, SQL each: what many texts are made of is computed, and written, once."""
    listed = ", ".join(f"{value} as {quote_identifier(name)}" for name, value in columns.items())
    return f"(select *, {listed} from {relation})"
