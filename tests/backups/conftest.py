"""A warehouse, a backup of it, and the command on a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred
from dagster_project.lib.backups.taking import take_backup
from tests.backups.small_warehouse import NOW, fill


@pytest.fixture(scope="session")
def filled(tmp_path_factory) -> Path:
    """A warehouse that no test writes to."""
    warehouse = tmp_path_factory.mktemp("filled") / "warehouse"
    fill(warehouse)
    return warehouse


@pytest.fixture(scope="session")
def taken(filled, tmp_path_factory) -> Path:
    """A backup that no test writes to."""
    folder = tmp_path_factory.mktemp("backups") / "sunday"
    take_backup(filled, folder, NOW)
    return folder


@pytest.fixture
def warehouse(filled, tmp_path) -> Path:
    """A warehouse to change."""
    return Path(shutil.copytree(filled, tmp_path / "data" / "warehouse"))


@pytest.fixture
def call(monkeypatch, warehouse):
    """The command on that warehouse; an error that a user can mend is raised."""
    monkeypatch.setenv("DATA_DIR", str(warehouse.parent))

    def called(*arguments):
        return CliRunner().invoke(kindred, ["warehouse", *arguments], catch_exceptions=False).output

    return called
