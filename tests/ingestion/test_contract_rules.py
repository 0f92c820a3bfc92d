"""Contracts that are well formed and still wrong: each is told with file, line and remedy before a night."""

from __future__ import annotations

import json

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import load_feeds

SALES = "table: pos/sales\n"
MISTAKES = {
    "a pattern that is no regular expression": (
        SALES + "columns:\n  - {name: order_id, pattern: '[A-Z'}\n", "line 3", "missing ]", "RE2"),
    "a pattern that only other engines take": (
        SALES + "columns:\n  - {name: order_id, pattern: '(?=A).*'}\n", "line 3", "of 'order_id'", "look-ahead"),
    "a least above the greatest": (
        SALES + "columns:\n  quantity: {min: 5, max: 1}\n", "line 3", "'quantity'", "exchange"),
    "a least for a text": (
        SALES + "columns:\n  order_id: {min: 5}\n", "line 3", "are for numbers", "`pattern` or `values`"),
    "a pattern for a number": (
        SALES + "columns:\n  quantity: {pattern: '[0-9]+'}\n", "line 3", "is for texts", "`min` and `max`"),
    "a value of another type": (
        SALES + "columns:\n  quantity: {values: [1, many]}\n", "line 3", "'many'", "list only"),
    "a default of another type": (
        SALES + "columns:\n\n  quantity:\n    min: 0\n    default: none\n",
        "line 6", "default 'none'", "give a double"),
    "a default that its own rules refuse": (
        SALES + "columns:\n  quantity: {min: 0, default: -1}\n", "line 3", "default -1", "rules allow"),
    "a default time in another format than declared": (
        SALES + "dialect: {timestamp_format: '%d.%m.%Y'}\ncolumns:\n  ordered_at: {default: '2026-01-31'}\n",
        "line 4", "default", "as in the export"),
    "a format of times that is none among others": (
        SALES + "dialect:\n  timestamp_format: ['%d.%m.%Y', '%Q']\n", "line 3", "'%Q' is no format of times", "%H:%M"),
    "a type that is not the table's": (
        SALES + "columns:\n  quantity: {type: varchar}\n", "line 3", "of type double", "leave `type` out"),
    "null for what is required": (
        SALES + "columns:\n  quantity: {on_error: 'null'}\n", "line 3", "is required", "default"),
    "dropping what every row needs": (
        SALES + "columns:\n  order_id: {keep: dropped}\n", "line 3", "needed in every row", "hashed"),
    "a digest of a time": (
        SALES + "columns:\n  discount_amount: {keep: hashed}\n", "line 3", "of type double", "dropped"),
    "a rule for what is not kept": (
        SALES + "columns:\n  email: {keep: hashed, pattern: '.+@.+'}\n", "line 3", "`pattern` of 'email'", "one of"),
    "a column listed twice": (
        SALES + "columns:\n  - {name: quantity, min: 1}\n  - {name: quantity, max: 3}\n",
        "line 4", "twice", "one place"),
    "two names for one column": (
        SALES + "rename:\n  Bon: order_id\n  Beleg: order_id\n", "line 4", "'Beleg' and 'Bon'", "extra column"),
    "one name twice": (
        SALES + "rename:\n  Bon: order_id\n  BON: product_id\n", "line 4", "'BON' is renamed twice", "case"),
    "a key of no column": (SALES + "primary_key: [order_id, line]\n", "line 2", "'line'", "line_id"),
    "a time of no column": (SALES + "event_time: ordered\n", "line 2", "'ordered'", "ordered_at"),
    "a time that is none": (SALES + "event_time: order_id\n", "line 2", "of type varchar", "times or dates"),
    "a zone that every machine has another of": (SALES + "time_zone: localtime\n", "line 2", "no time zone", "UTC"),
    "a format of times that is none": (
        SALES + "dialect:\n  timestamp_format: '%d.%m.%Y %Q'\n", "line 3", "no format of times", "%H:%M"),
    "a delimiter that is the escape": (
        SALES + "dialect: {delimiter: ';', escape: ';'}\n", "line 2", "delimiter", "character"),
    "a delimiter that is the quote": (SALES + "dialect: {delimiter: '\"'}\n", "line 2", "delimiter", "character"),
    "an unpivoted name without a column": (
        "table: consents/decisions\nunpivot:\n  columns: [marketing]\n  name: reason\n  value: status\n",
        "line 4", "'reason'", "canonical column"),
    "an unpivoted column that has a place": (
        "table: consents/decisions\nunpivot: {columns: [marketing, Email], name: purpose, value: status}\n",
        "line 2", "'Email'", "leave it out"),
    "an unpivoted column that is renamed": (
        "table: consents/decisions\nrename: {News: source}\nunpivot: {columns: [news], name: purpose, value: status}\n",
        "line 3", "'news'", "`rename`"),
    "names and values in one column": (
        "table: consents/decisions\nunpivot: {columns: others, name: purpose, value: purpose}\n",
        "line 2", "same column", "two canonical"),
    "a column filled from two sides": (
        "table: consents/decisions\nrename: {S: status}\nunpivot: {columns: others, name: purpose, value: status}\n",
        "line 3", "'status'", "one of the two"),
    "nothing to unpivot": (
        "table: consents/decisions\nunpivot: {columns: [], name: purpose, value: status}\n",
        "line 2", "unpivot.columns", "correct that line"),
    "unpivoting a known layout": (
        "format: ga4\nunpivot: {columns: others, name: event_name, value: page_url}\n",
        "line 2", "no meaning with `format: ga4`", "leave one"),
    "a delimiter where there is none": (
        "format: ga4\ndialect: {delimiter: ';'}\n", "line 2", "no delimiters", "leave it"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_contract_that_nothing_could_fit_is_told_with_line_and_remedy(tmp_path, name):
    text, *parts = MISTAKES[name]
    path = tmp_path / "config" / "contracts" / "till" / "export.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(KindredError) as told:
        load_feeds(tmp_path / "landing", tmp_path / "config")
    assert str(path) in str(told.value)
    for part in parts:
        assert part in str(told.value)


def test_rules_that_fit_are_taken(tmp_path):
    path = tmp_path / "contracts" / "till" / "export.yml"
    path.parent.mkdir(parents=True)
    path.write_text(
        "table: pos/sales\ndialect: {decimal: ',', timestamp_format: '%d.%m.%Y %H:%M'}\ntime_zone: Europe/Berlin\n"
        "rename: {Bon: order_id}\nevent_time: ordered_at\nprimary_key: [order_id, line_id]\n"
        "columns:\n  ordered_at: {default: 31.01.2026 23:59}\n  quantity: {min: 0, max: 5, default: 1.5}\n"
        "  currency: {values: [EUR, USD], default: EUR, pattern: '[A-Z]{3}'}\n"
    )
    (feed,) = load_feeds(tmp_path / "landing", tmp_path)
    assert feed.table == "pos/sales"


@pytest.mark.parametrize("container", ["csv", "jsonl"])
def test_allowed_values_are_compared_as_what_they_are(shop, container):
    """A whole number among the values of a column of decimals fitted nothing, nor did a day among times."""
    shop.contract(
        "pos/sales",
        "columns:\n  quantity: {values: [1, 2.5]}\n  ordered_at: {values: ['2026-01-01', '2026-01-02 10:00']}\n",
    )
    names = ["order_id", "ordered_at", "product_id", "quantity", "unit_price"]
    rows = [
        ["a", "2026-01-01 00:00:00", "P", "1.0", "1"], ["b", "2026-01-02T10:00:00Z", "P", "2.50", "1"],
        ["c", "2026-01-01", "P", "2", "1"], ["d", "2026-01-03", "P", "1", "1"],
    ]  # fmt: skip
    lines = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    if container == "csv":
        lines = [",".join(row) for row in [names, *rows]]
    shop.write(f"pos/sales/a.{container}", "\n".join(lines) + "\n")
    shop.ingest()
    assert shop.rows("select order_id from raw.pos_sales order by 1") == [("a",), ("b",)]
    assert shop.rows("select row_number, column_name from quality.rejected_rows order by 1") == [
        (3, "quantity"), (4, "ordered_at"),
    ]  # fmt: skip


def test_a_reason_shows_what_this_contract_takes(shop):
    shop.contract(
        "pos/sales",
        'dialect: {delimiter: ";", decimal: ",", timestamp_format: "%d.%m.%Y %H:%M"}\ntime_zone: Europe/Berlin\n',
    )
    header = "order_id;ordered_at;product_id;quantity;unit_price\n"
    shop.write("pos/sales/a.csv", f"{header}1;2026/01/05;A;1;2\n2;05.01.2026 10:00;A;1;zwei\n")
    shop.ingest()
    assert shop.rows("select column_name, reason from quality.rejected_rows order by row_number") == [
        (
            "ordered_at",
            "not a time such as 31.01.2026 23:59 that the clocks of Europe/Berlin show; correct the value",
        ),
        ("unit_price", "not a number such as 1.234,50; correct the value"),
    ]
