"""Where files are cut when rows of theirs are erased, and which fields an order loses that stays.

By the place of a row where each record of a file is one row; else by what stands in its records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.ingestion.arrival.compression import COMPRESSIONS
from dagster_project.lib.ingestion.arrival.fields import Names
from dagster_project.lib.ingestion.arrival.finding_records import find_places
from dagster_project.lib.ingestion.arrival.landing import LandedFile, container_of
from dagster_project.lib.ingestion.arrival.rewriting import Cuts
from dagster_project.lib.ingestion.bookkeeping.settling import BLANKED, KEPT_PARAMETERS, NAMING, OWN_ROWS
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats import format_of

_WITHOUT_HEADER = ("adobe", "snowplow")
"""Formats whose tables name no columns."""
_LEAST_LETTERS = 5
"""Of a text by which a record is found whose fields have no names of ours; a shorter one stands in others too."""


@dataclass(frozen=True)
class Entry:
    """A file of the ledger of which something goes, by places among its rows.

    labels: what visitors of orders that stay are called instead, by place. texts: what names the persons in these
    rows, as loaded.
    """

    path: str
    content_hash: str
    feed: str
    labels: Mapping[int, str]
    dropped: frozenset[int]
    blanked: frozenset[int]
    texts: frozenset[str]


def read_entries(connection: duckdb.DuckDBPyConnection) -> list[Entry]:
    """The files that brought rows to erase, and those with the same content under other names, as they were last."""
    rows = connection.execute(f"""
        with places as (
            select f.source, f.source_table, f.file_path, f.content_hash, g.texts, g.label,
                g.row_number - coalesce(f.rows_before, 0) as place, g.stays
            from quality.ingested_files as f
            join going as g on g.file_id = coalesce(f.part_of, f.file_id)
                and g.table_name = 'raw.' || replace(f.canonical_table, '/', '_')
            where f.status = 'loaded' and {OWN_ROWS}
            union all
            select f.source, f.source_table, f.file_path, f.content_hash, [], null, r.row_number, false
            from rejections_to_erase as r
            join quality.ingested_files as f using (file_path, content_hash)
            where f.status in ('loaded', 'quarantined')
        ),
        cuts as (
            select source, source_table, content_hash,
                map_from_entries(list(distinct row(place, label)) filter (label is not null)) as labels,
                list(distinct place) filter (not stays) as dropped, list(distinct place) filter (stays) as blanked,
                list_distinct(flatten(list(texts))) as texts
            from places group by all
        )
        select distinct f.file_path, f.content_hash, f.source || '/' || f.source_table, c.labels, c.dropped,
            c.blanked, c.texts
        from cuts as c join quality.ingested_files as f using (source, source_table, content_hash)
        where f.status in ('loaded', 'duplicate', 'quarantined') and f.file_id = (
            select max(newest.file_id) from quality.ingested_files as newest where newest.file_path = f.file_path
        )
        order by 1
    """).fetchall()
    return [
        Entry(
            path,
            content,
            feed,
            labels or {},
            frozenset(dropped or ()),
            frozenset(blanked or ()),
            frozenset(filter(None, texts)),
        )
        for path, content, feed, labels, dropped, blanked, texts in rows
    ]


def landed(path: Path, entry: Entry) -> LandedFile:
    """The file as it lies there."""
    compression = COMPRESSIONS.get(path.suffix.lower(), "none")
    return LandedFile(
        path,
        entry.path,
        container_of(path.name),
        compression,
        entry.content_hash,
        path.stat().st_size,
        path.parent,
    )


def find_cuts(entry: Entry, path: Path, feed: Feed) -> Cuts | None:
    """Where to cut the file; None where that cannot be found."""
    file, contract = landed(path, entry), feed.contract
    has_header = file.container in ("csv", "tsv") and contract.format not in _WITHOUT_HEADER
    blank = _blank_in(feed, entry)
    if format_of(contract) is None and contract.unpivot is None:
        return Cuts(entry.dropped, entry.blanked, blank, has_header)
    places = find_places(file, contract.dialect, entry.texts, _theirs_in(feed, entry), has_header=has_header)
    if not places:
        return None
    is_kept = bool(entry.blanked) and file.container != "log"
    return Cuts((), places, blank, has_header) if is_kept else Cuts(places, (), blank, has_header)


def _ours(feed: Feed) -> dict[str, str]:
    """What the feed calls canonical columns, in small letters."""
    names = {column.name: column.name for column in feed.contract.columns}
    return names | {theirs.lower(): name for theirs, name in feed.contract.rename.items()}


def _theirs_in(feed: Feed, entry: Entry) -> Names:
    """Which fields tell that a record is one of those to cut."""
    if format_of(feed.contract) is not None:
        return lambda _, text: len(text) >= _LEAST_LETTERS and any(theirs in text for theirs in entry.texts)
    ours = _ours(feed)
    return lambda name, text: ours.get(name.lower()) in NAMING and text.strip() in entry.texts


def _blank_in(feed: Feed, entry: Entry) -> Callable[[str, str, int], str | None]:
    """What stands in the fields of an order that stays: nothing where they say whose it is, or what nobody knows.

    A visitor is called as in the raw table, since no event is without one.
    """
    if format_of(feed.contract) is not None:
        return lambda name, text, place: "" if "@" in text or text.strip() in entry.texts else None
    ours = _ours(feed)

    def blank(field: str, text: str, place: int) -> str | None:
        top, *rest = field.split(".")
        column = ours.get(top.lower())
        if column == "visitor_id":
            return entry.labels.get(place, "anonymous")
        if column == "parameters" and rest:
            return None if rest[0] in KEPT_PARAMETERS else ""
        return "" if column is None or column in BLANKED else None

    return blank
