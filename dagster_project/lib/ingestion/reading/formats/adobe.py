"""Adobe Analytics data feeds: hit_data without a header, and the lookup files that explain it, in one unpacked folder.

One hit is one event: the most valuable of those in its event list. Hits that Adobe excludes from its own reports are
kept and marked. IP addresses are not taken. What a hit's values mean stands in adobe_hits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.lib.common.sql import quote_path
from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats.adobe_hits import LOOKUPS, Hit
from dagster_project.lib.ingestion.reading.formats.format import require_one_of
from dagster_project.lib.ingestion.reading.layouts import Headless, Layout
from dagster_project.lib.ingestion.reading.source import Source

EVENTS = "clickstream/events"
HEADERS = "column_headers.tsv"
EXPLAINING = frozenset(
    {
        "browser", "browser_type", "color_depth", "column_headers", "connection_type", "country", "event",
        "javascript_version", "languages", "operating_systems", "plugins", "referrer_type", "resolution",
        "search_engines",
    }
)  # fmt: skip
"""The lookup files of a delivery, without `.tsv`."""
NOTES = (".txt", ".fin")
"""A delivery's manifest and its mark of being complete."""


@dataclass(frozen=True)
class _Adobe:
    tables: frozenset[str] = frozenset({EVENTS})
    default_table: str = EVENTS
    containers: frozenset[str] = frozenset({"tsv"})
    header: bool = False

    def is_lookup(self, name: str) -> bool:
        return name.lower().split(".")[0] in EXPLAINING or name.lower().endswith(NOTES)

    def describe(self, file: LandedFile) -> Headless:
        try:
            first_line = (file.folder / HEADERS).read_text("utf-8-sig").partition("\n")[0]
        except (OSError, UnicodeError):
            raise FileFaultError(
                f"{HEADERS}, which names its columns, is not beside it; unpack the delivery's lookup files into its"
                " folder and deliver them together"
            ) from None
        columns = tuple(name.strip().lower() for name in first_line.split("\t"))
        if len(set(columns)) < len(columns) or not all(columns):
            raise FileFaultError(f"{HEADERS} does not name each column once; deliver it again")
        return Headless(columns=columns, delimiter="\t", escape="\\", lookups=file.folder)

    def check(self, layout: Layout, feed: Feed) -> None:
        groups = [
            ("hit_time_gmt", "cust_hit_time_gmt"),
            ("post_visid_high", "visid_high"),
            ("post_visid_low", "visid_low"),
        ]
        require_one_of("adobe", groups, layout, feed)

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        return layout.columns

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        folder = layout.headless.lookups if layout.headless else None
        lookups = {name: _lookup(folder, name) for name in LOOKUPS}
        hit = Hit(layout.columns)
        return replace(own, relation=hit.prepared(own.relation, lookups), texts=hit.texts())


def _lookup(folder: Path | None, name: str) -> str:
    """SQL for one lookup file as id and label, one row an id; without rows where the delivery lacks it."""
    path = folder / f"{name}.tsv" if folder else None
    if path is None or not path.is_file():
        return "(select null::varchar as id, null::varchar as label where false)"
    columns = "{'id': 'VARCHAR', 'label': 'VARCHAR'}"
    return (
        f"(select id, min(label) as label from read_csv({quote_path(path)}, columns = {columns},"
        " auto_detect = false, header = false, hive_partitioning = false, delim = '\t', quote = '', escape = '\\',"
        " strict_mode = false, ignore_errors = true) group by id)"
    )


ADOBE = _Adobe()
