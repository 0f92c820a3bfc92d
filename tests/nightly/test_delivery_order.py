"""However the same exports are delivered, the marts are the same but for the names of customers.

What may depend on the delivery, and is therefore kept out of the plan: an order's lines are those of its latest file,
so no file cuts an order and restated orders keep their order; a customer, order or product without `updated_at` counts
as of its file's arrival (the sample's all have one, or stand once); rows without an id of their own, such as reviews,
arrive once, since only a whole file is known to be a repeat. Match weights are estimated by the first night and kept
until records have doubled; nights here estimate them whenever records came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest
from deliveries import Delivery, plan_deliveries
from small_shop import generate_small_shop

from dagster_project.lib.common import warehouse
from dagster_project.lib.config_tables import load_config_tables, write_config_tables
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation import increments
from dagster_project.lib.transformation.dbt_project.build import Part, build

OF_THE_NIGHT = ("run_id", "computed_at")
"""Columns that say which night wrote a row."""
CODE = "the code of these nights"
UNSCORED = Part(exclude=("source:models_ml+",))
OF_THE_NIGHTS = (
    "marts.identity_changes", "marts.customer_id_aliases", "activation.segment_history", "activation.segment_events",
    "activation.segment_performance", "marts.customer_consent_history",
)  # fmt: skip
"""Tables that say what changed, or became known, from night to night."""


def run_night(folder: Path, landing: Path, number: int, as_of: datetime) -> None:
    """Ingestion and models, without the gates, recommendations and publication of a whole night."""
    arrival = Arrival(f"night {number}", as_of + timedelta(days=1 + number))
    database = folder / "warehouse" / "kindred.duckdb"
    with warehouse.connect(database) as connection:
        create_tables(connection)
        for feed in load_feeds(landing, folder / "config"):
            ingest_feed(connection, feed, landing, arrival)
        write_config_tables(connection, load_config_tables(folder / "config"))
        warehouse.begin_night(connection, arrival.run_id, as_of, arrival.at)
        increment = increments.begin_build(connection, CODE)
    assert increment.is_full == (number == 0), "later nights have to take in what came, not to begin anew"
    results = build(database, UNSCORED, is_full=increment.is_full, with_tests=False)
    unhappy = [f"{result.name}: {result.status}" for result in results if result.status != "success"]
    assert not unhappy, unhappy
    with warehouse.connect(database) as connection:
        increments.finish_build(connection, increment)


def run_nights(folder: Path, deliveries: Iterable[Delivery], nights: int, as_of: datetime) -> None:
    """Deliver and run one night after the other, each of which estimates match weights anew if records came."""
    (folder / "config").mkdir()
    (folder / "config" / "identity.yml").write_text("retrain_growth: 1.0001\n")
    for number in range(nights):
        for delivery in deliveries:
            if delivery.night == number:
                path = folder / "landing" / delivery.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(delivery.content)
        run_night(folder, folder / "landing", number, as_of)


def hash_marts(folder: Path) -> dict[str, tuple]:
    """Table -> rows and a hash of them all, where a customer is called by the least of their source records."""
    # read-only, since other tests read the sample's warehouse meanwhile
    with duckdb.connect(str(folder / "warehouse" / "kindred.duckdb"), read_only=True) as connection:
        connection.execute("""
            create temp table names as
            select customer_id, min(concat_ws('|', source, source_table, record_kind, source_record_id)) as name
            from marts.customer_identities group by 1
        """)
        tables = connection.execute("""
            select table_schema, table_name, list(column_name order by ordinal_position)
            from information_schema.columns
            where table_schema in ('marts', 'segments', 'activation') or table_name = 'content_performance'
            group by 1, 2
        """).fetchall()
        return {
            f"{schema}.{table}": connection.execute(_hash_of(schema, table, columns)).fetchone() or ()
            for schema, table, columns in tables
            if f"{schema}.{table}" not in OF_THE_NIGHTS
        }


def _hash_of(schema: str, table: str, columns: list[str]) -> str:
    values = []
    for column in columns:
        if column.endswith("customer_id"):
            values.append(
                f'coalesce((select name from names where names.customer_id = t."{column}"), t."{column}")'
            )
        elif column == "profile":
            values.append("replace(t.profile::varchar, t.customer_id, '')")
        elif column not in OF_THE_NIGHT:
            values.append(f't."{column}"')
    return f"select count(*), sum(hash({', '.join(values)})::hugeint) from {schema}.{table} as t"


@dataclass(frozen=True)
class OneNight:
    """A whole night over exports as they are generated: these, the instant it is of, and what it made of them."""

    landing: Path
    as_of: datetime
    marts: dict[str, tuple]


@pytest.fixture(scope="module")
def one_night(default_night, tmp_path_factory) -> OneNight:
    folder = tmp_path_factory.mktemp("shop")
    generate_small_shop(folder)
    as_of = json.loads((default_night.snapshot / "manifest.json").read_text())["as_of"]
    return OneNight(
        folder / "landing",
        datetime.fromisoformat(as_of).replace(tzinfo=None),
        hash_marts(default_night.data_dir),
    )


@pytest.mark.parametrize(("nights", "chance"), [(1, 20260101), (3, 20260202)])
def test_no_way_of_delivering_changes_the_marts(one_night, nights, chance, tmp_path):
    deliveries = plan_deliveries(one_night.landing, nights, Random(chance))
    run_nights(tmp_path, deliveries, nights, one_night.as_of)
    marts = hash_marts(tmp_path)
    assert {table for table in marts if marts[table] != one_night.marts.get(table)} == set()
    assert len(marts) > 30, "all that no score goes into"
