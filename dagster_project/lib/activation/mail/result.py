"""What a sync of messages came to, counted by reasons; how a reason arises is said where it does."""

from __future__ import annotations

from dataclasses import dataclass, field

from dagster_project.lib.activation.mail.judging import WAITING

DEFERRED, UNREACHABLE = "refused by the mail server for now", "the mail server cannot be reached"
REFUSES_ALL = "the mail server refused or lost several in a row"
EARLIER_NIGHT, NEXT_SYNC = "of an earlier night than what was sent before", "left to the next sync"
_STAYING = WAITING | {DEFERRED, UNREACHABLE, REFUSES_ALL, NEXT_SYNC}


@dataclass
class MailResult:
    """What a sync came to, in messages."""

    destination: str
    sent: int = 0
    """With a dry run: that would be sent."""
    waiting: dict[str, int] = field(default_factory=dict)
    """Reason -> messages that stay due."""
    suppressed: dict[str, int] = field(default_factory=dict)
    """Reason -> messages that are not sent."""
    failed: dict[int, int] = field(default_factory=dict)
    """The server's code -> messages that it refused for good."""
    unknown: int = 0
    """The server went away before it said whether it took them; they are not sent again."""

    def count(self, reason: str) -> None:
        """One message more that is not sent now."""
        counts = self.waiting if reason in _STAYING else self.suppressed
        counts[reason] = counts.get(reason, 0) + 1

    def count_failed(self, code: int, messages: int = 1) -> None:
        """So many more that the server refused for good; less than none takes some back."""
        self.failed[code] = self.failed.get(code, 0) + messages
        if not self.failed[code]:
            del self.failed[code]

    @property
    def is_stopped(self) -> bool:
        """Whether the server as a whole was given up."""
        return not self.waiting.keys().isdisjoint({UNREACHABLE, REFUSES_ALL})

    def describe_rest(self) -> str:
        """What became of the messages that were not sent; empty where there are none."""
        told = []
        if self.unknown:
            told.append(f"{self.unknown:,} may have arrived")
        told += [f"{count:,} refused with {code}" for code, count in sorted(self.failed.items())]
        told += [f"{count:,} wait: {reason}" for reason, count in sorted(self.waiting.items())]
        told += [f"{count:,} not sent: {reason}" for reason, count in sorted(self.suppressed.items())]
        return "; ".join(told)
