"""The order in which the world is made and written out. What each step makes stands in the step's own file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from dagster_project.lib.sample import (
    catalog,
    clickstream,
    consents,
    context,
    crm,
    dice,
    email,
    events_export,
    experiments,
    faults,
    feedback,
    orders,
    persons,
    pos,
    tastes,
    truth,
    write,
)
from dagster_project.lib.sample.plan import Plan, make_plan


def generate(
    folder: Path,
    *,
    customers: int = 500,
    seed: int = 7,
    products: int | None = None,
    events: int | None = None,
) -> dict[str, int]:
    """Write an invented shop's exports to folder/landing and the truth behind them to folder/truth.

    The same arguments give the same bytes. An earlier invented shop in the folder is replaced.

    Args:
        folder: created where it does not exist.
        customers: persons who may buy; at least 50. Anonymous visitors come on top.
        seed: changes every draw.
        products: products for sale; by default 240 at 500 customers, growing more slowly than customers.
        events: clickstream events to aim at; by default 38 a customer, 10 a customer in very large shops.

    Returns:
        Rows by file, such as {"landing/pos/orders/orders_2026-01.csv.gz": 402}.

    Raises:
        FileExistsError: where folder/landing holds files without the truth beside them: they are somebody's own.
        ValueError: where the sizes do not make a world that holds together.
    """
    plan = make_plan(customers, seed, products, events)
    if (
        (folder / "landing").exists()
        and any((folder / "landing").iterdir())
        and not (folder / "truth").exists()
    ):
        raise FileExistsError(f"{folder / 'landing'} holds files that this generator did not make")
    for part in ("landing", "truth"):
        shutil.rmtree(folder / part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    # a database on disk is compressed and can spill: ten million events do not fit memory as rows
    with (
        tempfile.TemporaryDirectory(prefix="kindred-sample-") as scratch,
        duckdb.connect(str(Path(scratch) / "scratch.duckdb")) as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        connection.execute("set memory_limit = '5GB'")
        _make_world(connection, plan)
        return _write_files(connection, folder)


def _make_world(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    dice.prepare(connection, plan)
    persons.build_persons(connection, plan)
    persons.build_contacts(connection)
    persons.build_devices(connection)
    tastes.build_tastes(connection, plan)
    catalog.build_products(connection, plan)
    catalog.build_catalog(connection, plan)
    crm.build_accounts(connection)
    crm.build_customers(connection)
    crm.build_preferences(connection)
    orders.build_orders(connection, plan)
    orders.build_order_lines(connection)
    pos.build_receipts(connection)
    pos.build_orders_export(connection)
    pos.build_popup_sales(connection)
    clickstream.build_sessions(connection, plan)
    clickstream.build_steps(connection)
    events_export.build_web_purchases(connection)
    events_export.build_events_export(connection, plan)
    experiments.build_exposures(connection)
    consents.build_consents(connection)
    email.build_email(connection, plan)
    consents.build_decisions(connection)
    consents.build_privacy_requests(connection, plan)
    feedback.build_feedback(connection)
    context.build_context(connection)
    context.build_enrichment(connection)
    faults.plant_faults(connection)
    truth.build_truth(connection)


def _write_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    written: dict[str, int] = {}
    for export in write.LANDING:
        rows = write.write_export(connection, export, folder / "landing")
        written.update({f"landing/{name}": count for name, count in rows.items()})
    resent = faults.resend_file(folder / "landing")
    written[f"landing/{resent}"] = written[f"landing/{faults.RESENT}"]
    written.update(
        {f"truth/{name}": count for name, count in write.write_truth(connection, folder / "truth").items()}
    )
    return written
