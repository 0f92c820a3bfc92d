"""What a night did for one feed, for the log and the asset's metadata; the tables hold the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dagster_project.lib.common.progress import count_of, say
from dagster_project.lib.ingestion.bookkeeping.ledger import ALL_REJECTED
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.loader import FileCounts, FileToLoad


@dataclass
class FeedOutcome:
    """Counts over the files of one feed."""

    feed: Feed
    files_loaded: int = 0
    files_duplicate: int = 0
    files_replaced: int = 0
    quarantined: dict[str, str] = field(default_factory=dict)
    """File path -> reason, for files of which nothing was loaded."""
    files_left: list[str] = field(default_factory=list)
    """Paths of files that were to be read once more and keep what is loaded of them instead."""
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    values_nulled: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing about this feed is new."""
        return not (self.files_loaded or self.files_duplicate or self.files_replaced or self.quarantined)

    def add(self, item: FileToLoad, counts: FileCounts) -> None:
        """A file that was read, and what became of its rows."""
        self.rows_in += counts.rows_in
        self.rows_loaded += counts.rows_loaded
        self.rows_rejected += counts.rows_rejected
        if counts.is_all_rejected:
            self.tell_quarantined(item, ALL_REJECTED)
        else:
            self.files_loaded += 1

    def tell_quarantined(self, item: FileToLoad, reason: str) -> None:
        """One line in the log, without anything out of the file."""
        self.quarantined[item.file.relative_path] = reason
        say("ingestion", f"quarantined {item.file.relative_path}: {reason}")


def summarize(outcomes: Sequence[FeedOutcome]) -> str:
    """One line over all feeds."""
    if all(feed.is_unchanged for feed in outcomes):
        return "nothing new in landing"
    loaded, duplicate, replaced, rows_in, rows_loaded, rejected, nulled = (
        sum(getattr(feed, name) for feed in outcomes)
        for name in ("files_loaded", "files_duplicate", "files_replaced", "rows_in", "rows_loaded", "rows_rejected",
                     "values_nulled")
    )  # fmt: skip
    aside = {
        "duplicate": duplicate,
        "replaced": replaced,
        "quarantined": sum(len(feed.quarantined) for feed in outcomes),
    }
    files = f"{count_of(loaded, 'file')} loaded" + "".join(
        f", {count:,} {what}" for what, count in aside.items() if count
    )
    rows = f"{count_of(rows_in, 'row')} in = {rows_loaded:,} loaded + {rejected:,} rejected"
    values = f", {count_of(nulled, 'value')} did not fit and became null" if nulled else ""
    return f"{files}; {rows}{values}"
