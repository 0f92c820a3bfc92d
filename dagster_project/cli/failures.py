"""Telling of a night that fails in this process, whatever it is that fails.

What an alert says and where it goes belongs to `lib/alerting`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.lib.alerting.causes import Failure, explain_failure
from dagster_project.lib.alerting.telling import Teller
from dagster_project.lib.common.errors import KindredError, follow_causes
from dagster_project.lib.common.storage_faults import explain_storage_fault
from dagster_project.settings import Settings, read_environment


@contextmanager
def telling_of_failure(settings: Settings, run_id: str) -> Iterator[None]:
    """Tell of an error before it goes on; who stopped the night by hand knows of it."""
    try:
        yield
    except Exception as error:
        alert = explain_failure(settings.database, run_id, _describe(error, settings.data_dir))
        teller = Teller(settings.config_dir, settings.warehouse, read_environment())
        teller.tell(alert, datetime.now(UTC).replace(tzinfo=None))
        raise


def _describe(error: BaseException, data_dir: Path) -> Failure:
    """Of an error that is not made for users only its class, since its text may quote a row."""
    step, told, last, is_gate = "the start", explain_storage_fault(error, data_dir), error, False
    for last in follow_causes(error):
        step = str(getattr(last, "step_key", None) or step)
        is_gate = is_gate or type(last).__name__ == "DagsterAssetCheckFailedError"
        if told is None and isinstance(last, KindredError):
            told = last
    if told is not None:
        return Failure(step, told.message, told.remedy, is_gate)
    return Failure(step, type(last).__name__, "see the traceback, and report it as a bug", is_gate)
