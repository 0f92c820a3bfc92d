"""The tracking plan as a file and as a table; what events make of it is tested where the models are."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.tracking_plan import (
    TrackingPlan,
    load_tracking_plan,
    plan_columns,
    write_tracking_plan,
)

MACRO = Path(__file__).resolve().parents[2] / "dbt" / "macros" / "tracking_plan.sql"


def _rows(plan: TrackingPlan) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        write_tracking_plan(connection, plan)
        write_tracking_plan(connection, plan)
        return connection.execute("from operations.tracking_plan order by all").fetchall()


def test_without_a_file_the_plan_is_ga4s_events(tmp_path):
    names = {event.name for event in load_tracking_plan(tmp_path).events}
    assert {"page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", "refund"} <= names


def test_a_plan_is_a_row_an_event_and_one_each_of_its_parameters_and_a_purchase_needs_its_order(tmp_path):
    (tmp_path / "tracking_plan.yml").write_text("""
events:
  - name: Sign_Up
  - name: purchase
    parameters:
      - {name: quantity}
      - {name: coupon, type: text}
""")
    assert _rows(load_tracking_plan(tmp_path)) == [
        ("purchase", "coupon", "text", False),
        ("purchase", "order_id", "any", True),
        ("purchase", "quantity", "any", True),
        ("purchase", None, None, None),
        ("sign_up", None, None, None),
    ]


def test_a_type_for_a_column_is_refused_with_its_line(tmp_path):
    (tmp_path / "tracking_plan.yml").write_text("""events:
  - name: view_item
    parameters:
      - name: coupon
      - {name: price, type: number}
""")
    with pytest.raises(
        KindredError, match=r"tracking_plan\.yml line 5: 'price' is a column.*leave `type` out"
    ):
        load_tracking_plan(tmp_path)


def test_the_models_know_every_column_that_a_plan_may_ask_for():
    (columns,) = re.findall(r"macro planned_columns\(\).*?endmacro", MACRO.read_text(), re.S)
    assert set(re.findall(r"'(\w+)': '\w+'", columns)) == plan_columns()
