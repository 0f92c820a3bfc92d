"""Telling of a night that fails in this process, whatever it is that fails.

What an alert says and where it goes belongs to `lib/alerting`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.lib.alerting.causes import Failure, explain_failure
from dagster_project.lib.alerting.telling import Teller
from dagster_project.lib.common.errors import KindredError, follow_causes
from dagster_project.lib.common.storage_errors import explain_damage, explain_full_disk
from dagster_project.settings import Settings, read_environment


@contextmanager
def telling_of_failure(settings: Settings, run_id: str) -> Iterator[None]:
    """Tell of an error before it goes on; who stopped the night by hand knows of it.

    KindredError instead of what a full disk or a damaged warehouse made libraries say.
    """
    try:
        yield
    except Exception as error:
        folders = [settings.data_dir, Path(tempfile.gettempdir())]
        explained = explain_full_disk(error, folders) or explain_damage(error, settings.database)
        if explained is not None:
            explained.__cause__ = error
        alert = explain_failure(settings.database, run_id, _describe(explained or error))
        teller = Teller(settings.config_dir, settings.warehouse, read_environment())
        teller.tell(alert, datetime.now(UTC).replace(tzinfo=None))
        if explained is not None:
            raise explained from error
        raise


def _describe(error: BaseException) -> Failure:
    """Of an error that is not made for users only its class, since its text may quote a row."""
    step, told, last, is_gate = "the start", None, error, False
    for last in follow_causes(error):
        step = str(getattr(last, "step_key", None) or step)
        is_gate = is_gate or type(last).__name__ == "DagsterAssetCheckFailedError"
        if told is None and isinstance(last, KindredError):
            told = last
    if told is not None:
        return Failure(step, told.message, told.remedy, is_gate)
    return Failure(step, type(last).__name__, "see the traceback, and report it as a bug", is_gate)
