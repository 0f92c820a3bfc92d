"""A drafted contract loads the very file it was drafted from, says what is declared nowhere, and tells no value."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import load_feed
from dagster_project.lib.ingestion.inference.drafts import draft_contract
from dagster_project.lib.ingestion.inference.writing import write_draft

EXAMPLE = Path(__file__).resolve().parents[3] / "examples/online_retail/config/contracts/pos/sales.yml"
SAMPLE = Path(__file__).resolve().parents[3] / "data/sample/landing"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
NAMES = {
    "order_id": ["order_id", "InvoiceNo", "Beleg-Nr", "Order Number", "TRANSACTION_ID", "Receipt"],
    "ordered_at": ["ordered_at", "InvoiceDate", "Kaufdatum", "timestamp", "Zeit am Ort"],
    "product_id": ["product_id", "SKU", "StockCode", "Artikelnummer", "item id"],
    "quantity": ["quantity", "Qty", "Menge", "units"],
    "unit_price": ["unit_price", "UnitPrice", "Einzelpreis", "price"],
    "email": ["email", "E-Mail", "customer email", "Contact"],
    "extra": ["Bemerkung: intern", "# remark", "note"],
}
TIMES = [
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%y %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%d-%b-%Y",
]
EXPORTS = st.fixed_dictionaries(
    {
        "names": st.fixed_dictionaries({column: st.sampled_from(names) for column, names in NAMES.items()}),
        "order": st.permutations(list(NAMES)),
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        "decimal": st.sampled_from([".", ","]),
        "times": st.sampled_from(TIMES),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "rows": st.lists(
            st.tuples(st.integers(1, 99), st.integers(1, 99_999), st.integers(0, 500)),
            min_size=12,
            max_size=30,
        ),
    }
)


def _rows(export):
    for number, (quantity, cents, hours) in enumerate(export["rows"]):
        # Days behind the twelfth of a month tell which number is the day.
        at = datetime(2026, 1, 13) + timedelta(days=number % 15, hours=hours % 24)
        yield {
            "order_id": f"O{number}",
            "ordered_at": at,
            "product_id": f"P{cents % 7}",
            "quantity": str(quantity),
            "unit_price": f"{cents / 100:.2f}".replace(".", export["decimal"]),
            "email": f"person{number}@example.org",
            "extra": f"größer, „{number}”; café",
        }


def _text(export):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=export["delimiter"], quoting=export["quoting"], lineterminator="\n")
    writer.writerow([export["names"][column] for column in export["order"]])
    for row in _rows(export):
        row["ordered_at"] = row["ordered_at"].strftime(export["times"])
        writer.writerow([row[column] for column in export["order"]])
    return stream.getvalue()


@settings(max_examples=25, deadline=None)
@given(export=EXPORTS)
def test_a_draft_loads_the_file_it_was_drafted_from(new_shop, export):
    with new_shop() as shop:
        path = shop.write("till/export/a.csv", _text(export).encode(export["encoding"]))
        draft = draft_contract(path, None, None, None)
        text = write_draft(draft)
        shop.contract("till/export", text)
        assert (draft.source, draft.feed, draft.contract["table"]) == ("till", "export", "pos/sales")
        shop.ingest()
        expected = [
            (
                row["order_id"],
                row["product_id"],
                float(row["quantity"]),
                cents / 100,
                row["email"],
                row["extra"],
            )
            for row, (_, cents, _) in zip(_rows(export), export["rows"], strict=True)
        ]
        assert shop.ledger()["till/export/a.csv"] == ("loaded", len(expected), len(expected), 0)
        assert shop.rows(f"""
            select order_id, product_id, quantity, unit_price, email, _extra ->> '$."{export["names"]["extra"]}"'
            from raw.pos_sales order by _row_number
        """) == expected  # fmt: skip
        moments = [row["ordered_at"].strftime(export["times"]) for row in _rows(export)]
        loaded = shop.rows("select ordered_at from raw.pos_sales order by _row_number")
        assert [at.strftime(export["times"]) for (at,) in loaded] == moments
        assert shop.rows("select count(*) from quality.nulled_values") == [(0,)]


@settings(max_examples=20, deadline=None)
@given(export=EXPORTS)
def test_a_draft_and_its_warnings_hold_no_value_of_a_row(tmp_path_factory, export):
    path = tmp_path_factory.mktemp("export") / "a.csv"
    path.write_bytes(_text(export).encode(export["encoding"]))
    draft = draft_contract(path, None, None, None)
    told = write_draft(draft) + " ".join(draft.warnings)
    for row in _rows(export):
        for column in ("email", "extra"):
            assert row[column] not in told


def test_a_draft_is_the_contract_that_it_shows(shop):
    path = shop.write(
        "till/export/a.csv", 'Bon,Wann,SKU,Qty,Preis\n1,31.01.2026,P,1,"1,50"\n2,30.01.2026,P,1,"2,50"\n'
    )
    draft = draft_contract(path, None, None, None)
    assert draft.contract == {
        "table": "pos/sales",
        "dialect": {"decimal": ",", "timestamp_format": "%d.%m.%Y"},
        "rename": {
            "Bon": "order_id",
            "Wann": "ordered_at",
            "SKU": "product_id",
            "Qty": "quantity",
            "Preis": "unit_price",
        },
    }
    written = yaml.safe_load(write_draft(draft))
    assert written == draft.contract | {"time_zone": "UTC"}
    assert "Wann: ordered_at  # a guess by its values" in write_draft(draft)


@pytest.mark.parametrize("folder", sorted(f"{path.parent.name}/{path.name}" for path in SAMPLE.glob("*/*")))
def test_canonical_files_are_known_by_their_columns(sample_landing, tmp_path, folder):
    first = min((sample_landing / folder).iterdir())
    path = tmp_path / first.name
    path.write_bytes(first.read_bytes())
    draft = draft_contract(path, None, None, None)
    assert draft.contract == {"table": folder}
    assert not draft.warnings
    assert not draft.extra_columns


def test_online_retail_is_drafted_as_its_example_says(online_retail):
    draft = draft_contract(online_retail / "2010-12-17.csv.gz", None, None, None)
    example = yaml.safe_load(EXAMPLE.read_text())
    assert draft.contract["table"] == example["table"]
    assert {
        theirs: ours for theirs, ours in example["rename"].items() if theirs.lower() != ours
    } == draft.contract["rename"]
    assert draft.extra_columns == {"Country": "text"}


def test_a_known_layout_is_told(tmp_path):
    path = tmp_path / "a.parquet"
    duckdb.sql(
        "select 1767225600000000 as event_timestamp, 'page_view' as event_name, 'u1' as user_pseudo_id, "
        "[1] as event_params, [1] as items, 'x' as geo, 'y' as device, 'z' as ecommerce"
    ).write_parquet(str(path))
    draft = draft_contract(path, None, None, None)
    assert draft.contract == {"table": "clickstream/events", "format": "ga4"}
    assert yaml.safe_load(write_draft(draft)) == draft.contract
    assert any("leave `format:` out" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shopify/shopify_order_data.csv", {"table": "pos/orders", "format": "shopify"}),
        ("shopify/shopify_gql_order_line_data.csv", {"table": "pos/order_lines", "format": "shopify"}),
        ("klaviyo/event.csv", {"table": "email/events", "format": "klaviyo"}),
        ("segment/example_segment_pages.csv", {"table": "clickstream/events", "format": "segment"}),
    ],
)
def test_published_exports_are_known(name, expected):
    path = SHARED / "export_formats" / name
    if not path.exists():
        pytest.skip("the published exports are not beside this checkout (../shared/data/export_formats)")
    assert draft_contract(path, None, None, None).contract == expected


def test_persons_of_a_public_data_set_are_customers():
    path = SHARED / "splink_fake_1000" / "fake_1000.csv"
    if not path.exists():
        pytest.skip("fake_1000 is not beside this checkout (../shared/data/splink_fake_1000)")
    draft = draft_contract(path, None, None, None)
    rename = {"unique_id": "customer_id", "surname": "last_name", "dob": "birth_date"}
    assert draft.contract == {"table": "crm/customers", "rename": rename}
    assert draft.extra_columns == {"cluster": "numbers"}


def test_a_name_and_value_table_is_filled_from_wide_columns(shop):
    path = shop.write(
        "panel/wide/a.csv", "customer_id,observed_at,income,pets\nC1,2026-01-01,high,2\nC2,2026-01-02,,1\n"
    )
    draft = draft_contract(path, "enrichment/attributes", None, None)
    shop.contract("panel/wide", write_draft(draft))
    shop.ingest()
    assert shop.rows("select customer_id, provider, attribute, value from raw.enrichment_attributes order by all") == [
        ("C1", "panel", "income", "high"), ("C1", "panel", "pets", "2"), ("C2", "panel", "pets", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "anna@example.org,Anna,17\nb@example.org,Bert,18\n", "looks like a row"),
        ("a.csv", "17,2026-01-01,4.5\n18,2026-01-02,4.5\n", "looks like a row"),
        ("a.csv", "x,y,z\n1,2,3\n", "no canonical table fits"),
        ("a.csv", "", "empty"),
        ("a.csv", "email,Email\na@x.org,b\n", "the same name"),
        ("a.txt", "order_id\n1\n", "extension"),
        ("a.parquet", "order_id\n1\n", "not a readable Parquet file"),
    ],
)
def test_what_cannot_be_drafted_is_told_without_a_value(shop, name, content, told):
    path = shop.write(f"till/export/{name}", content)
    with pytest.raises(KindredError, match=told) as error:
        draft_contract(path, None, None, None)
    assert "anna" not in str(error.value).lower()


def test_a_required_column_that_is_not_there_is_told(shop):
    path = shop.write("till/export/a.csv", "order_id,sku,qty\n1,P,1\n")
    draft = draft_contract(path, "pos/order_lines", None, None)
    assert any("'unit_price'" in warning for warning in draft.warnings)
    assert "# Required and not found: unit_price." in write_draft(draft)


@pytest.mark.parametrize("name", ["../x", "a/b", ""])
def test_a_feed_is_a_folder_name(shop, name):
    path = shop.write("till/export/a.csv", "order_id,sku,qty,price\n1,P,1,1\n")
    with pytest.raises(KindredError, match="no name of a folder"):
        draft_contract(path, None, name, None)


CELLS = st.sampled_from(
    ["order_id", "email", "1", "", '"', "'", "\\", "a@x.org", "2026-01-01", "{", '{"email": 1}', "ü", "\0"]
)
MARKS = st.sampled_from([",", ";", "\n", "\r\n", "\t", "\ufeff", " "])


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(st.tuples(CELLS, MARKS), max_size=25),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]),
    container=st.sampled_from(["csv", "tsv", "jsonl", "parquet", "csv.gz"]),
    table=st.sampled_from([None, "crm/customers", "enrichment/attributes"]),
)
def test_whatever_lies_in_a_file_there_is_a_draft_or_a_sentence(
    tmp_path_factory, pieces, encoding, container, table
):
    path = tmp_path_factory.mktemp("odd") / f"a.{container}"
    path.write_bytes("".join(cell + mark for cell, mark in pieces).encode(encoding, "ignore"))
    try:
        text = write_draft(draft_contract(path, table, None, None))
    except KindredError:
        return
    contract = path.with_name("contract.yml")
    contract.write_text(text)
    assert load_feed("a/b", contract).table == yaml.safe_load(text)["table"]
