"""Sending a destination what it lacks: batches, tries, what was refused, and when a delivery must not go on."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from dagster_project.lib.activation.delivery.changes import (
    Difference,
    LaidOutBatch,
    batches,
    compare,
    keep_withdrawn,
    list_removed,
    take_back,
)
from dagster_project.lib.activation.delivery.holdings import Holdings
from dagster_project.lib.activation.delivery.targets import (
    Collection,
    PermanentError,
    Target,
    TemporaryError,
)

_FEW = 100
"""So many rows may always be removed, unless none is left."""
_LONGEST_PAUSE, _LONGEST_ASKED = 60, 300
"""Seconds between two tries, at most: of our own, and where the destination asks for more."""
COUNTS = ("added", "changed", "removed", "failed")
"""What may become of a row."""
_SHOWN = 20
"""Removed rows that a dry run names."""


@dataclass(frozen=True)
class Policy:
    """How a destination is treated. seconds: the first pause after a failure, doubled with each."""

    attempts: int = 5
    seconds: float = 1.0
    rows_per_second: float | None = None
    most_removed: float = 0.5
    """The largest share of its rows that may be removed at once without being allowed."""


@dataclass(frozen=True)
class Delivery:
    """What was, or with a dry run would be, done with one collection at one destination."""

    destination: str
    collection: str
    added: int
    changed: int
    removed: int
    failed: int
    status: str
    """delivered, unchanged, partly (some rows were refused), refused (it would empty the destination), failed, or
    planned by a dry run."""
    reason: str | None = None
    removed_keys: tuple[str, ...] = ()
    """The first rows that a dry run would remove."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what became of them."""
        return {name: getattr(self, name) for name in COUNTS}

    @property
    def is_well(self) -> bool:
        """Whether the destination holds, or would hold, all of it."""
        return self.status in ("delivered", "unchanged", "planned")


def deliver(
    holdings: Holdings,
    collection: Collection,
    target: Target,
    policy: Policy,
    *,
    dry_run: bool = False,
    allow_removals: bool = False,
) -> Delivery:
    """Make the destination hold the collection, sending what changed since its last confirmation and no more.

    allow_removals: remove rows even where that would empty the destination or take most of it. Never raises for what
    the destination does: the status says how it ended.
    """
    ended = Delivery(holdings.destination, collection.name, 0, 0, 0, 0, "failed")
    retrying = _retrying(policy)
    try:
        shown, version = _catch_up(holdings, collection, target, retrying)
        if not dry_run:
            retrying(target.prepare, collection, version)
            holdings.doubt(retrying(lambda: list(target.find_missing(holdings.keys()))))
        difference = compare(holdings, collection, target.batch_rows)
        ended = replace(ended, added=difference.added, changed=difference.changed, removed=difference.removed)
        refusal = None if allow_removals else _refuse(difference, policy)
        if refusal and (dry_run or not difference.withdrawn):
            return replace(ended, status="refused", reason=refusal, removed_keys=_preview(holdings))
        if dry_run:
            return replace(ended, status="planned", removed_keys=_preview(holdings))
        if refusal:
            # who said no does not wait until somebody has looked at what became of the others' rows
            keep_withdrawn(holdings, collection)
            ended = replace(ended, added=0, changed=0, removed=difference.withdrawn)
        elif difference.is_empty and (shown is not None or not difference.source):
            return replace(ended, status="unchanged")
        holdings.note_versions(shown, version)
        take_back(holdings)
        failed = _send(holdings, collection, target, policy, retrying, version)
        holdings.note_versions(version, version)
        holdings.settle(version)
    except (TemporaryError, PermanentError) as error:
        unsent = ended.added + ended.changed + ended.removed - holdings.count_confirmed()
        return replace(ended, failed=unsent, reason=str(error))
    if failed:
        return replace(ended, failed=failed, status="partly", reason=f"{failed} rows were not taken")
    return replace(ended, status="refused" if refusal else "delivered", reason=refusal)


def _retrying(policy: Policy) -> Retrying:
    growing = wait_exponential_jitter(initial=policy.seconds, jitter=policy.seconds, max=_LONGEST_PAUSE)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.seconds if isinstance(error, TemporaryError) else 0
        return max(growing(state), min(asked, _LONGEST_ASKED))

    return Retrying(
        retry=retry_if_exception_type(TemporaryError),
        stop=stop_after_attempt(policy.attempts),
        wait=wait,
        reraise=True,
    )


def _catch_up(
    holdings: Holdings, collection: Collection, target: Target, retrying: Retrying
) -> tuple[int | None, int]:
    """Which version the destination shows, if any, and which one is to be sent next.

    What a version confirmed that was never shown is not believed: the destination may have lost it when it failed. A
    version that this state has not sent means that the destination was emptied, restored or written by another.
    """
    shown, tried = holdings.read_versions()
    if not target.keeps_versions:
        holdings.settle(tried)
        return shown, 1 + max(shown or 0, tried or 0)
    there = retrying(target.read_version, collection)
    if there == tried:
        holdings.settle(tried)
    else:
        holdings.disbelieve()
    if there not in (shown, tried):
        holdings.doubt_all()
    return there, 1 + max(shown or 0, tried or 0, there or 0)


def _refuse(difference: Difference, policy: Policy) -> str | None:
    # a no is no fault of the source, however many say it
    removed, held = difference.removed - difference.withdrawn, difference.held - difference.withdrawn
    if removed and not difference.source:
        return f"the source is empty and all {held} rows would be removed"
    most = max(policy.most_removed * held, _FEW)
    if removed > most:
        return f"{removed} of {held} rows would be removed"
    return None


def _preview(holdings: Holdings) -> tuple[str, ...]:
    return tuple(list_removed(holdings, _SHOWN))


def _send(
    holdings: Holdings,
    collection: Collection,
    target: Target,
    policy: Policy,
    retrying: Retrying,
    version: int,
) -> int:
    """Send every batch; returns how many rows were not taken."""
    failed = 0
    removals: list[tuple[LaidOutBatch, list[str]]] = []
    for laid_out in batches(holdings, collection, version):
        begin = time.monotonic()
        rejections = retrying(target.apply, laid_out.batch)
        if rejections:
            holdings.note_rejections(rejections, datetime.now(UTC).replace(tzinfo=None))
        failed += len(rejections)
        rejected = [rejection.key for rejection in rejections]
        if laid_out.comes_last:
            removals.append((laid_out, rejected))
        else:
            laid_out.confirm(rejected)
        if policy.rows_per_second:
            time.sleep(max(0, laid_out.batch.rows / policy.rows_per_second - (time.monotonic() - begin)))
    retrying(target.finish)
    for laid_out, rejected in removals:
        retrying(target.forget, laid_out.batch)
        laid_out.confirm(rejected)
    return failed
