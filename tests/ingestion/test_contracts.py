"""What a user may write in a contract, and how a mistake is told."""

from __future__ import annotations

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts, load_feeds

MISTAKES = {
    "table: pos/sale\n": ("line 1", "'pos/sale'", "did you mean 'pos/sales'"),
    "table: pos/sales\nrename:\n  Invoice: order\n": ("line 3", "'order'", "did you mean 'order_id'"),
    "table: pos/sales\ncolumns:\n  - {name: quantity, maximum: 3}\n": (
        "line 3",
        "maximum",
        "use one of",
        "max, min",
    ),
    "table: pos/sales\ncolumns:\n  order_id:\n  quantity: {maximum: 3}\n": ("line 4", "maximum", "max, min"),
    "table: pos/sales\ncolumns:\n  quantity: 3\n": ("line 2", "'quantity'", "mapping"),
    "table: pos/sales\ncolumns:\n  - {name: amount}\n": ("line 3", "'amount'", "canonical name"),
    "table: pos/sales\ntime_zone: Mars/Olympus\n": ("line 2", "'Mars/Olympus'", "Europe/Berlin"),
    "table: pos/sales\n  rename: {\n": ("line 2", "not valid YAML", "correct that line"),
    "- a\n- b\n": ("line 1", "mapping", ""),
    "table: pos/sales\nformat: cobol\n": ("line 2", "format", "correct that line"),
    "table: pos/sales\ndialect:\n  quote: '«'\n": (
        "line 3",
        "dialect.quote",
        "only an ASCII character",
        "use one such as",
    ),
    "table: pos/sales\ndialect:\n  delimiter: ;\n  escape: '´'\n": (
        "line 4",
        "dialect.escape",
        "only an ASCII",
    ),
    "table: [pos, sales]\n": ("line 1", "table", "correct that line"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_remedy(tmp_path, text):
    path = tmp_path / "config" / "contracts" / "till" / "export.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(KindredError) as told:
        load_feeds(tmp_path / "landing", tmp_path / "config")
    assert str(path) in str(told.value)
    for part in MISTAKES[text]:
        assert part in str(told.value)


def test_a_feed_without_a_contract_is_told_with_the_nearest_name(tmp_path):
    (tmp_path / "landing" / "pos" / "order").mkdir(parents=True)
    with pytest.raises(
        KindredError, match=r"landing/pos/order has no contract \(did you mean 'pos/orders'\?\)"
    ):
        load_feeds(tmp_path / "landing", tmp_path / "config")


def test_a_user_may_say_a_part_and_the_canonical_contract_says_the_rest(tmp_path):
    path = tmp_path / "config" / "contracts" / "pos" / "sales.yml"
    path.parent.mkdir(parents=True)
    path.write_text("columns:\n  quantity: {min: 0}\n  order_id: {required: false}\n")
    (feed,) = load_feeds(tmp_path / "landing", tmp_path / "config")
    columns = {column.name: column for column in feed.contract.columns}
    assert columns["quantity"].min == 0
    assert columns["quantity"].required
    assert columns["order_id"].required, "what the canonical table requires stays required"
    assert (
        columns["ordered_at"] == {c.name: c for c in canonical_contracts()["pos/sales"].columns}["ordered_at"]
    )
    assert feed.contract.event_time == "ordered_at"


def test_every_canonical_contract_speaks_of_its_own_table_and_columns():
    for table, contract in canonical_contracts().items():
        names = {column.name for column in contract.columns}
        assert contract.table == table
        assert set(contract.primary_key) <= names
        assert contract.event_time is None or contract.event_time in names


def test_a_typing_error_in_a_header_is_told_by_the_name_that_the_contract_gives(shop):
    """The reason named the canonical column alone, which stands in no export of its owner's."""
    shop.contract("till/export", "table: pos/order_lines\nrename: {Beleg: order_id}\n")
    shop.write("till/export/a.csv", "Belg,product_id,quantity,unit_price\n1,P,1,1\n")
    shop.ingest()
    ((reason,),) = shop.rows("select reason from quality.ingested_files")
    assert "the required column 'order_id' (in this contract 'Beleg') is missing (is it 'Belg'?)" in reason
