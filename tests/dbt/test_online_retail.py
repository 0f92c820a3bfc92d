"""A year of a real shop: figures that are published for the data set."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "online_retail"
FILL = """
    insert into raw.pos_sales (
        order_id, ordered_at, product_id, product_name, quantity, unit_price, customer_id, _feed, _file_id, _row_number
    )
    select
        InvoiceNo, InvoiceDate, StockCode, Description, Quantity, UnitPrice, CustomerID,
        'pos/sales', dense_rank() over (order by filename), row_number() over ()
    from read_csv('{}/*.csv.gz', filename = true, types = {{
        'InvoiceNo': 'varchar', 'StockCode': 'varchar', 'CustomerID': 'varchar'
    }})
"""


@pytest.fixture(scope="module")
def retail(project, request: pytest.FixtureRequest) -> Path:
    """The shop's warehouse, built."""
    if not list(DATA.glob("*.csv.gz")):
        pytest.skip("the Online Retail files are not beside this checkout")
    create_sources = request.getfixturevalue("create_sources")

    def fill(connection: duckdb.DuckDBPyConnection) -> None:
        create_sources(connection, {}, "2011-12-10")
        connection.execute(FILL.format(DATA))

    return project.build(fill, "retail", command="run")


def test_online_retail_keeps_its_published_figures(retail):
    with duckdb.connect(str(retail), read_only=True) as connection:
        known = connection.execute("select count(*) from marts.dim_customers where is_known").fetchone()
        lines = connection.execute(
            "select count(*), round(sum(line_amount), 2) from marts.fct_order_lines"
        ).fetchone()
        orders = connection.execute(
            "select count(*), round(sum(total_amount), 2) from marts.fct_orders"
        ).fetchone()
        products = connection.execute("select count(*) from marts.dim_products").fetchone()
    assert known == (4_372,)
    assert lines == (541_909, 9_747_747.93)
    assert orders == (25_900, 9_747_747.93)
    assert products == (4_070,)
