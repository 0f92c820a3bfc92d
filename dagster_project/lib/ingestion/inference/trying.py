"""What a night would make of the very file that a contract was drafted from."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project.lib.ingestion.contract_files.finding import load_feed
from dagster_project.lib.ingestion.inference.drafts import Draft
from dagster_project.lib.ingestion.trial import FileTrial, try_feed


def try_draft(draft: Draft, text: str, path: Path, now: datetime) -> FileTrial:
    """Load the export under its draft into a database that is thrown away. now: UTC, naive."""
    folder = f"{draft.source}/{draft.feed}"
    with TemporaryDirectory(prefix="kindred-") as scratch:
        landing = Path(scratch) / "landing" / folder
        landing.mkdir(parents=True)
        _lend(path.resolve(), landing / path.name)
        contract = Path(scratch) / "contract.yml"
        contract.write_text(text, encoding="utf-8")
        (trial,) = try_feed(load_feed(folder, contract), Path(scratch) / "landing", now)
    return trial


def _lend(path: Path, target: Path) -> None:
    """Let a file lie elsewhere too; a link that could be told from it would be refused."""
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)


def describe_trial(trial: FileTrial) -> list[str]:
    """What people should know before they take the draft."""
    if trial.status != "loaded":
        return [f"the file would be set aside: {trial.reason}"]
    told = {"rejected": "rows would be rejected", "nulled": "values would become null"}
    return [
        f"{finding.count:,} of {trial.rows_in:,} {told[finding.kind]}: {finding.describe(trial.rows_in)}"
        for finding in trial.findings
    ]
