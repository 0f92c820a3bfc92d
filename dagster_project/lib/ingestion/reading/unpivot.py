"""Wide exports: each value that is given becomes a row of its own, with the name of its column.

Wraps the source of a reader, so that containers need not know of it and the loader judges the rows as it does all.
A row in which none of the columns is given makes one row without name and value: it is rejected where one of the two
is required, so that each row of the file is answered for. rows_in and row_number count the rows that are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dagster_project.lib.common.sql import literal_list, quote_literal
from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.contracts.contract import Unpivot
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import Source

NAME, VALUE = "kindred: name of the column", "kindred: value of the column"
"""What an unpivoted source calls its two columns: they begin as no column of a file may."""
_GIVEN, _CELL = '"kindred: values that are given"', '"kindred: value and its name"'
_NOTHING = "[{'name': null::varchar, 'value': null::varchar}]"


def match_unpivoted(matched: Mapping[str, str], unpivot: Unpivot) -> dict[str, str]:
    """The matched columns (source -> canonical) with the two that unpivoting makes."""
    filled = {NAME: unpivot.name, VALUE: unpivot.value}
    return {theirs: ours for theirs, ours in matched.items() if ours not in filled.values()} | filled


def check_unpivoted(layout: Layout, matched: Mapping[str, str], feed: Feed, unpivot: Unpivot) -> None:
    """Raise FileFaultError where the file has none of the columns that are to become rows; JSON lines pass."""
    if layout.container != "jsonl" and not taken_columns(layout, matched, unpivot):
        raise FileFaultError(
            "it has none of the columns that are to become rows; correct `unpivot: columns` in"
            f" contracts/{feed.folder}.yml"
        )


def taken_columns(layout: Layout, known: Mapping[str, str] | Sequence[str], unpivot: Unpivot) -> list[str]:
    """The source columns that become rows, as the file writes them. Of JSON lines, those that the contract names."""
    if unpivot.columns == "others":
        return [name for name in layout.columns if name not in known]
    if layout.container == "jsonl":
        return list(unpivot.columns)
    wanted = {name.lower() for name in unpivot.columns}
    return [name for name in layout.columns if name.lower() in wanted]


def unpivot_source(source: Source, layout: Layout, known: Sequence[str], unpivot: Unpivot) -> Source:
    """The rows of a source, one for each value given. known: its columns that stay columns."""
    if layout.container == "jsonl" and unpivot.columns == "others":
        cells, extra = _cells_of_keys(known), "null::json"
    else:
        cells, extra = _cells(source, taken_columns(layout, known, unpivot)), source.extra
    given = f"list_filter({cells}, lambda {_CELL}: trim(coalesce({_CELL}.value, '')) <> '')"
    relation = (
        f"(select *, unnest(case when len({_GIVEN}) > 0 then {_GIVEN} else {_NOTHING} end) as {_CELL}"
        f" from (select *, {given} as {_GIVEN} from {source.relation}))"
    )
    texts = {name: source.texts[name] for name in known}
    return replace(
        source,
        relation=relation,
        texts={**texts, NAME: f"{_CELL}.name", VALUE: f"{_CELL}.value"},
        extra=extra,
    )


def _cells(source: Source, columns: Sequence[str]) -> str:
    pairs = (f"{{'name': {quote_literal(name)}, 'value': {source.texts[name]}}}" for name in columns)
    return f"[{', '.join(pairs)}]"


def _cells_of_keys(known: Sequence[str]) -> str:
    """Each line of JSON has names of its own; a JSON pointer reads any name, whatever characters it has."""
    names = f"list_filter(json_keys(document), lambda key: not list_contains({literal_list(known)}, key))"
    pointer = "'/' || replace(replace(key, '~', '~0'), '/', '~1')"
    return f"list_transform({names}, lambda key: {{'name': key, 'value': document ->> ({pointer})}})"
