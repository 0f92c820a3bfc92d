"""Alerts: of what was odd about a night, once it is published, and of runs that fail in Dagster."""

from pathlib import Path

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.micro_batch import micro_batch
from dagster_project.defs.nightly import nightly
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import ACTIVATION, OWNERS, STARTED_BY
from dagster_project.lib.alerting.causes import Failure, explain_failure, read_anomalies
from dagster_project.lib.alerting.telling import Teller
from dagster_project.lib.common.storage_faults import explain_messages
from dagster_project.settings import Settings, read_environment, read_settings

_WILL_RETRY = "dagster/will_retry"
_LOOK = "open `make ui` and look at the run"


@dg.asset(
    key=["told", "anomalies"],
    deps=[table_key("published.snapshot"), table_key("quality.anomalies")],
    group_name=ACTIVATION,
    kinds={"python"},
    owners=OWNERS,
    description="Who alerts.yml names was told of the anomalies that nobody has acknowledged, once a night and cause.",
)
def told_anomalies(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """Tell of them; an alert that does not get through is told in the log and fails nothing."""
    with night.connect() as connection:
        alert = read_anomalies(connection, context.run.run_id)
    sent = make_teller(night.settings).tell(alert, night.now())
    return dg.MaterializeResult(metadata={"anomalies": len(alert.causes), "messages": sent})


@dg.run_failure_sensor(
    monitored_jobs=[nightly, micro_batch],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Nights and micro-batches that fail in Dagster; the command tells of its own.",
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Tell of a run that failed, with the step and the error, unless Dagster goes on with it by itself."""
    tags = context.dagster_run.tags
    if STARTED_BY in tags or tags.get(_WILL_RETRY) == "true":
        return
    settings = read_settings()
    alert = explain_failure(
        settings.database, context.dagster_run.run_id, _describe(context, settings.data_dir)
    )
    make_teller(settings).tell(alert, Night.now())


def make_teller(settings: Settings) -> Teller:
    """Whom this data folder's alerts go to."""
    return Teller(settings.config_dir, settings.warehouse, read_environment())


def _describe(context: dg.RunFailureSensorContext, data_dir: Path) -> Failure:
    """The first step that failed; of errors that are not made for users only the class, since they may quote a row."""
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        names, messages, told = [], [], None
        while error is not None:
            if error.cls_name == "KindredError" and told is None:
                what, _, remedy = error.message.strip().partition(": ")[2].rstrip(".").rpartition("; ")
                told = Failure(str(event.step_key), what, remedy)
            names.append(str(error.cls_name))
            messages.append(error.message)
            error = error.cause
        fault = explain_messages(messages, data_dir)
        if fault is not None:
            return Failure(str(event.step_key), fault.message, fault.remedy)
        if told is not None:
            return told
        is_gate = "DagsterAssetCheckFailedError" in names
        return Failure(str(event.step_key), names[-1] if names else "no error was kept", _LOOK, is_gate)
    return Failure("the run", "it ended before a step did", _LOOK)


@dg.definitions
def defs() -> dg.Definitions:
    """The sensor, which looks on by itself, and the asset."""
    return dg.Definitions(assets=[told_anomalies], sensors=[failed_runs])
