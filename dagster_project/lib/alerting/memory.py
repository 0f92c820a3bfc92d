"""What was told already, in a file beside the warehouse: it must be there too when the warehouse cannot be opened.

One line of JSON an alert's cause and channel: the day, the night's instant and the name of the cause.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

FILE = "sent_alerts.jsonl"
_KEPT = timedelta(days=30)
"""A cause is told again on another day in any case, so that the file need not grow."""


class SentAlerts:
    """What one channel was told on one day about one night."""

    def __init__(self, folder: Path, channel: str, now: datetime, as_of: datetime | None) -> None:
        """folder: that of the warehouse. now: by the clock; as_of: the night's instant. Both UTC without zone."""
        self.path, self._now = folder / FILE, now
        self._of = [channel, f"{now:%Y-%m-%d}", f"{as_of:%Y-%m-%d}" if as_of else ""]

    def read(self) -> set[str]:
        """The names of the causes that were told."""
        return {name for *of, name in self._entries() if of == self._of}

    def note(self, names: Iterable[str]) -> None:
        """Remember that these were told, and forget what is long ago. OSError where there is no warehouse yet."""
        since = f"{self._now - _KEPT:%Y-%m-%d}"
        entries = [entry for entry in self._entries() if entry[1] >= since]
        entries += [[*self._of, name] for name in dict.fromkeys(names)]
        written = self.path.with_suffix(".writing")
        written.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
        written.replace(self.path)

    def _entries(self) -> list[list[str]]:
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines()]
