"""The micro-batch's job, and the sensors that start it: new exports in landing, and carts that grew old."""

import hashlib
import os
import stat
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import dagster as dg

from dagster_project.defs.ingestion.landing import NIGHT_KEY, asked_instant
from dagster_project.defs.personalization.micro_batch_recommendations import MICRO_BATCH_RECOMMENDATIONS
from dagster_project.defs.privacy.erasures import ERASURES
from dagster_project.defs.publication.snapshot import REPORT, SNAPSHOT
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import BETWEEN_NIGHTS
from dagster_project.defs.transformation.micro_batches import MICRO_BATCHES
from dagster_project.lib.common.night_lock import is_night_running
from dagster_project.lib.publication.manifest import read_manifest
from dagster_project.lib.transformation.micro_batch.due import count_due
from dagster_project.settings import Settings, read_settings

SETTLED_SECONDS = 2
"""A file that changed within so many seconds may still be growing; the next look sees it."""

micro_batch = dg.define_asset_job(
    "micro_batch",
    selection=dg.AssetSelection.assets(NIGHT_KEY).required_multi_asset_neighbors()
    | dg.AssetSelection.assets(ERASURES, MICRO_BATCHES, MICRO_BATCH_RECOMMENDATIONS, SNAPSHOT, REPORT),
    description="What came since the night, for the customers whom it is about, their lists, and the snapshot.",
    tags=BETWEEN_NIGHTS,
    executor_def=dg.in_process_executor,
)


@dg.sensor(
    job=micro_batch,
    minimum_interval_seconds=10,
    description="New or changed exports in landing, once a night has published.",
)
def new_exports(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for a micro-batch where landing holds other files than when one was asked for last."""
    settings = read_settings()
    if reason := _why_not_now(settings):
        return dg.SkipReason(reason)
    current = settings.published / "current"
    files = _settled_files(settings.landing, time.time() - SETTLED_SECONDS)
    seen = hashlib.sha256(repr(files).encode()).hexdigest()
    if context.cursor is None and all(changed <= current.lstat().st_ctime for _, _, changed in files):
        context.update_cursor(seen)
        return dg.SkipReason("the published night has seen all that is in landing")
    if seen == context.cursor:
        return dg.SkipReason("nothing new in landing")
    context.update_cursor(seen)
    return dg.RunRequest(run_key=seen)


@dg.sensor(
    job=micro_batch,
    minimum_interval_seconds=60,
    description="Carts that are left alone long enough to count as left behind.",
)
def carts_left_behind(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for a micro-batch where time alone has moved somebody since the snapshot was made."""
    settings = read_settings()
    if reason := _why_not_now(settings):
        return dg.SkipReason(reason)
    if asked_instant(settings) != "now":
        return dg.SkipReason("the night is run for an instant of its own, at which the clock stands still")
    current = settings.published / "current"
    since = read_manifest(current)["as_of"]
    until = Night.now()
    due = count_due(current, datetime.fromisoformat(since).replace(tzinfo=None), until)
    if not due:
        return dg.SkipReason("time has moved nobody")
    return dg.RunRequest(run_key=f"{since} to {until:%Y-%m-%dT%H:%M}")


def _why_not_now(settings: Settings) -> str:
    """What a micro-batch has to wait for; nothing where it may start."""
    if not (settings.published / "current").exists():
        return "nothing is published yet: the first night takes in what is there"
    return "a night or a micro-batch is running" if is_night_running(settings.lock) else ""


def _settled_files(landing: Path, until: float) -> list[tuple[str, int, float]]:
    """Path, size and time of change of every file that has rested; the time is that of its arrival here."""
    files = []
    for folder, _, names in os.walk(landing):
        for path in (Path(folder) / name for name in names):
            with suppress(FileNotFoundError):  # an upload that ended, or was taken back, since it was listed
                status = path.stat()
                if stat.S_ISREG(status.st_mode) and status.st_ctime <= until:
                    files.append((path.relative_to(landing).as_posix(), status.st_size, status.st_ctime))
    return sorted(files)


@dg.definitions
def defs() -> dg.Definitions:
    """The job and its sensors, which somebody switches on."""
    return dg.Definitions(jobs=[micro_batch], sensors=[new_exports, carts_left_behind])
