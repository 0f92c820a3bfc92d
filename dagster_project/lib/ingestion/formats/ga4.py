"""Google Analytics 4's BigQuery export: one row an event, parameters and items nested in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dagster_project.lib.ingestion.contracts import Feed
from dagster_project.lib.ingestion.formats.format import names_in, require_columns
from dagster_project.lib.ingestion.landing import LandedFile

if TYPE_CHECKING:
    from dagster_project.lib.ingestion.readers import Layout, Source

REQUIRED = ("event_timestamp", "event_name", "user_pseudo_id")


@dataclass(frozen=True)
class _Ga4:
    tables: frozenset[str] = frozenset({"clickstream/events"})
    default_table: str = "clickstream/events"
    containers: frozenset[str] = frozenset({"jsonl", "parquet"})
    header: bool = True

    def check(self, layout: Layout, feed: Feed) -> None:
        require_columns("ga4", REQUIRED, layout, feed)

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        return names_in(layout, REQUIRED).values()

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        return replace(own, texts={"event_name": own.texts["event_name"]})


GA4 = _Ga4()
