"""Dagster keeps its runs where the user's dagster.yaml says, beside the warehouse where there is none."""

from __future__ import annotations

import os

import pytest

from dagster_project.cli.jobs import INSTANCE, execute_job, prepare_dagster_home
from dagster_project.lib.common.errors import KindredError
from dagster_project.settings import PROJECT, Settings


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
    (tmp_path / "config").mkdir()
    return Settings(tmp_path / "data", True, tmp_path / "config", None)


def test_the_users_file_goes_before_kindreds_own_which_comes_back_without_it(settings):
    own = settings.config_dir / INSTANCE
    own.write_text("telemetry: {enabled: false}\n")
    home = prepare_dagster_home(settings)
    assert (home / INSTANCE).read_text() == own.read_text()
    own.unlink()
    prepare_dagster_home(settings)
    assert (home / INSTANCE).read_text() == (PROJECT / "dagster_project" / INSTANCE).read_text()


def test_a_storage_that_cannot_be_opened_is_told_with_the_file_and_without_what_it_holds(settings):
    (settings.config_dir / INSTANCE).write_text(
        "run_storage: {module: no_such_package, class: Storage, config: {password: hunter2}}\n"
    )
    with pytest.raises(KindredError, match=r"config/dagster\.yaml names.*install the package") as told:
        execute_job(settings, "nightly")
    assert "hunter2" not in str(told.value)


def test_the_warehouse_is_closed_to_others_even_where_it_was_open(settings):
    settings.warehouse.mkdir(parents=True, mode=0o755)
    prepare_dagster_home(settings)
    assert settings.warehouse.stat().st_mode & 0o077 == 0
