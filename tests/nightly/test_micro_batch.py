"""What comes between two nights is taken in for whom it is about, and the next night finds nothing to correct."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.transformation.compiled import read_compiled, with_views
from dagster_project.lib.transformation.customers_anew import (
    is_per_customer,
    make_customers_anew,
    of_customers,
)
from dagster_project.lib.transformation.overlay import WHOLE, make, open_overlay

CONCERNED = "(select value from kindred.main.customers_concerned)"
RUN = """
import dagster as dg
from dagster_project.cli.jobs import prepare_dagster_home
from dagster_project.settings import read_settings
prepare_dagster_home(read_settings())
from dagster_project.definitions import defs
with dg.DagsterInstance.get() as instance:
    result = defs().resolve_job_def("micro_batch").execute_in_process(instance=instance, raise_on_error=False)
raise SystemExit(not result.success)
"""
VISIT = [
    ("view_item", "18:00:00"),
    ("view_item", "18:01:00"),
    ("view_item", "18:02:00"),
    ("view_item", "18:03:00"),
    ("add_to_cart", "18:04:00"),
]
"""One event more than high intent needs, all on the day on which the sample ends."""
ENTERED = {"high_intent_visitors", "first_time_visitors"}
"""Of the segments that the night before published; whether another is large enough is the next one's to say."""


def run_micro_batch(data_dir: Path) -> subprocess.CompletedProcess:
    """The job that the sensor asks for, in a process of its own."""
    environment = {**os.environ, "DATA_DIR": str(data_dir), "AS_OF": "latest"}
    return subprocess.run(
        [sys.executable, "-c", RUN], env=environment, capture_output=True, text=True, timeout=500, check=False
    )


def copy_folder(source: Path, target: Path) -> None:
    """A data folder with exports of its own: a night's may be a link to the committed sample."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("landing"))
    shutil.copytree(source / "landing", target / "landing")


def deliver_visit(data_dir: Path, visitor: str) -> None:
    """A file with one visit by somebody nobody knows."""
    events = [
        {"event_id": f"{visitor}{place}", "occurred_at": f"2026-06-30T{time}Z", "visitor_id": visitor,
         "event_name": name, "product_id": "P1", "page_url": "https://shop.example/p1"}
        for place, (name, time) in enumerate(VISIT)
    ]  # fmt: skip
    path = data_dir / "landing" / "clickstream" / "events" / f"{visitor}.jsonl"
    path.write_text("\n".join(map(json.dumps, events)) + "\n")


def ask(data_dir: Path, query: str, *values: object) -> list[tuple]:
    """Rows of the published snapshot."""
    database = data_dir / "published" / "current" / "kindred.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


@pytest.fixture(scope="module")
def between_nights(sample_night, tmp_path_factory) -> Path:
    """A folder in which a night ended and one visit came in by a micro-batch."""
    data_dir = tmp_path_factory.mktemp("between") / "data"
    copy_folder(sample_night.data_dir, data_dir)
    deliver_visit(data_dir, "v_first")
    ended = run_micro_batch(data_dir)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return data_dir


def test_any_customers_made_anew_are_as_a_build_of_everybody_made_them(sample_night, tmp_path):
    database = tmp_path / "kindred.duckdb"
    shutil.copy(sample_night.data_dir / "warehouse" / "kindred.duckdb", database)
    with duckdb.connect(str(database)) as connection:
        everybody = [
            row[0]
            for row in connection.execute("select customer_id from marts.dim_customers order by 1").fetchall()
        ]
    chosen = random.Random("customers").sample(everybody, 150)
    made = with_views([node for node in read_compiled() if is_per_customer(node)])
    with open_overlay(database, {"customers_concerned": chosen}, of_customers) as connection:
        make(connection, made)
        rows = 0
        for node in made:
            if node.materialized == "view":
                continue
            table = f"{node.schema}.{node.name}"
            columns = ", ".join(
                f'"{name}"' for name, *_ in connection.execute(f"describe {WHOLE}.{table}").fetchall()
            )
            built = f"select {columns} from {WHOLE}.{table} where customer_id in {CONCERNED}"
            anew = f"select {columns} from kindred.{table}"
            for one, other in ((built, anew), (anew, built)):
                (differing,) = connection.execute(
                    f"select count(*) from ({one} except all {other})"
                ).fetchone()
                assert differing == 0, table
            rows += connection.execute(f"select count(*) from ({built})").fetchone()[0]
    assert rows > 20 * len(chosen)


def test_a_newcomer_is_a_customer_in_segments_at_once(between_nights):
    ((customer,),) = ask(
        between_nights, "select distinct customer_id from marts.fct_events where visitor_id = 'v_first'"
    )
    segments = ask(
        between_nights, "select segment from activation.segment_memberships where customer_id = ?", customer
    )
    assert {segment for (segment,) in segments} == ENTERED
    entries = ask(
        between_nights, "select segment, event from activation.segment_events where customer_id = ?", customer
    )
    assert {segment for segment, event in entries if event == "entered"} == ENTERED
    assert ask(
        between_nights, "select state from marts.customer_lifecycle where customer_id = ?", customer
    ) == [("visitor",)]


def test_it_costs_the_customers_concerned_and_nobody_else(between_nights):
    with duckdb.connect(str(between_nights / "warehouse" / "kindred.duckdb"), read_only=True) as connection:
        ((customers, removed, added),) = connection.execute(
            "select customers, rows_removed, rows_added from operations.micro_batches"
        ).fetchall()
        (known,) = connection.execute("select count(*) from marts.dim_customers").fetchone()
    assert customers == 1 < known
    assert removed == 0
    assert 10 < added < 60


def test_the_night_after_makes_of_it_what_it_was(between_nights, kindred, tmp_path):
    data_dir = tmp_path / "data"
    copy_folder(between_nights, data_dir)
    memberships = "select customer_id, segment, entered_at from activation.segment_memberships order by all"
    before = ask(data_dir, memberships)
    ended = kindred("nightly", DATA_DIR=str(data_dir), AS_OF="latest")
    assert ended.code == 0, ended.errors
    published = {segment for _, segment, _ in before}
    assert [row for row in ask(data_dir, memberships) if row[1] in published] == before
    assert ask(data_dir, "select count(*) from marts.identity_changes") == ask(
        between_nights, "select count(*) from marts.identity_changes"
    )


def test_a_file_that_replaces_another_waits_for_the_night(between_nights, tmp_path):
    data_dir = tmp_path / "data"
    copy_folder(between_nights, data_dir)
    published = (data_dir / "published" / "current").resolve()
    path = data_dir / "landing" / "clickstream" / "events" / "v_first.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    ended = run_micro_batch(data_dir)
    assert ended.returncode == 1
    assert "a night is needed: a file was replaced" in ended.stdout + ended.stderr
    assert (data_dir / "published" / "current").resolve() == published


def test_customers_made_anew_leave_all_others_alone(sample_night, tmp_path):
    database = tmp_path / "kindred.duckdb"
    shutil.copy(sample_night.data_dir / "warehouse" / "kindred.duckdb", database)
    everything = "select * from marts.customer_features order by all"
    with duckdb.connect(str(database)) as connection:
        before = connection.execute(everything).fetchall()
        customer = connection.execute("select min(customer_id) from marts.customer_features").fetchone()[0]
    written = make_customers_anew(database, [customer])
    assert written["marts.customer_features"].removed == written["marts.customer_features"].added == 1
    with duckdb.connect(str(database)) as connection:
        assert connection.execute(everything).fetchall() == before
