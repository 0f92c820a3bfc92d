"""The sample's night with the example's campaigns: only who is due what, and what they would be sent, is made anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.activation.content.blocks import BlocksResult, write_blocks
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.shop import load_content_settings
from dagster_project.lib.activation.experiments.assignments import write_assignments
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.activation.experiments.results import write_results
from dagster_project.lib.activation.mail.sent_messages import write_sent_messages
from dagster_project.lib.common import warehouse
from dagster_project.lib.config_tables import load_config_tables, write_config_tables
from dagster_project.lib.transformation.dbt_project.build import Part, build
from tests.conftest import PROJECT, BuiltNight

EXAMPLE = PROJECT / "examples" / "campaigns" / "config"
MODELS = Part(
    select=(
        "path:models/staging/operations", "int_messages_sent+", "content_variables+", "offers+",
        "int_content_mails_listed+",
    )
)  # fmt: skip
RUN = ("run of the campaigns", datetime(2026, 7, 1, 3))


@dataclass(frozen=True)
class Campaigns:
    """A warehouse in which the campaigns of a folder were worked out."""

    database: Path
    result: BlocksResult

    def ask(self, query: str) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def run_campaigns(
    sample_night: BuiltNight, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Campaigns]:
    """Work out the campaigns of a config folder over the sample's night, in a warehouse of their own.

    As of another instant, for whom asks, and after what deliveries.duckdb says was sent.
    """

    def run(config_dir: Path, *, as_of: datetime | None = None, deliveries: Path | None = None) -> Campaigns:
        database = tmp_path_factory.mktemp("campaigns") / "kindred.duckdb"
        shutil.copy(sample_night.data_dir / "warehouse" / "kindred.duckdb", database)
        with warehouse.connect(database) as connection:
            write_config_tables(connection, load_config_tables(config_dir))
            if as_of is not None:
                warehouse.begin_night(connection, RUN[0], as_of, RUN[1])
            if deliveries is not None:
                write_sent_messages(connection, deliveries)
        # what is not made anew is of the sample's own instant, which tests across models would find
        results = list(build(database, MODELS, is_full=True, with_tests=as_of is None))
        broken = {
            result.name: result.message for result in results if result.status not in ("success", "pass")
        }
        assert not broken, broken
        with warehouse.connect(database) as connection:
            write_assignments(connection, load_experiments(config_dir), RUN)
            write_results(connection, load_experiments(config_dir), RUN)
            result = write_blocks(
                connection, load_library(config_dir), load_content_settings(config_dir), RUN
            )
        return Campaigns(database, result)

    return run


@pytest.fixture(scope="session")
def campaigns(run_campaigns: Callable[..., Campaigns]) -> Iterator[Campaigns]:
    """The example's campaigns; none may write to them."""
    yield run_campaigns(EXAMPLE)
