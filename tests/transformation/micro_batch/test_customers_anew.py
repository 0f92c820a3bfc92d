"""Some customers made anew are as a build of everybody makes them, and nobody else is touched."""

from __future__ import annotations

import random
import shutil

import duckdb

from dagster_project.lib.transformation.dbt_project.compiled import read_compiled, with_views
from dagster_project.lib.transformation.micro_batch.customers_anew import (
    is_per_customer,
    make_customers_anew,
    of_customers,
)
from dagster_project.lib.transformation.micro_batch.overlay import WHOLE, make, open_overlay

CONCERNED = "(select value from kindred.main.customers_concerned)"


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
