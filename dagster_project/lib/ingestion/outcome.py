"""What a night did for one feed, for the log and the asset's metadata; the tables hold the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from dagster_project.lib.common.progress import say
from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.loader import FileCounts, FileToLoad


@dataclass
class FeedOutcome:
    """Counts over the files of one feed."""

    feed: Feed
    files_loaded: int = 0
    files_duplicate: int = 0
    files_replaced: int = 0
    quarantined: dict[str, str] = field(default_factory=dict)
    """File path -> reason, for files of which nothing was loaded."""
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    values_nulled: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing about this feed is new."""
        return not (self.files_loaded or self.files_duplicate or self.files_replaced or self.quarantined)

    def add(self, counts: FileCounts) -> None:
        """The rows of one file."""
        self.rows_in += counts.rows_in
        self.rows_loaded += counts.rows_loaded
        self.rows_rejected += counts.rows_rejected

    def tell_quarantined(self, item: FileToLoad, reason: str) -> None:
        """One line in the log, without anything out of the file."""
        self.quarantined[item.file.relative_path] = reason
        say("ingestion", f"quarantined {item.file.relative_path}: {reason}")
