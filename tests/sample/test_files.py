"""The files as such: the same each time, all tables there, nothing missing that a table requires."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.sample import generate

COMMITTED = Path(__file__).parents[2] / "data" / "sample"

# the canonical tables: their columns, required ones with a trailing !
TABLES = {
    "crm/customers": "customer_id! first_name last_name email phone street_address city region postal_code country"
    " birth_date national_id gender income_band loyalty_id loyalty_tier created_at updated_at",
    "crm/preferences": "customer_id! preference! value! updated_at",
    "crm/interactions": "interaction_id customer_id! occurred_at! channel kind! subject",
    "crm/surveys": "customer_id! answered_at! question! answer!",
    "pos/orders": "order_id! ordered_at! store_id loyalty_id customer_id email phone total_amount currency channel"
    " status updated_at",
    "pos/order_lines": "order_id! line_id product_id! quantity! unit_price! discount_amount",
    "pos/sales": "order_id! ordered_at! product_id! quantity! unit_price! line_id product_name category discount_amount"
    " customer_id loyalty_id email phone store_id currency channel status",
    "products/catalog": "product_id! name! item_type description category subcategory brand tags price list_price"
    " currency available_from is_active stock_quantity image_url product_url updated_at",
    "products/reviews": "product_id! reviewed_at! rating review_text customer_id email",
    "clickstream/events": "event_id occurred_at! visitor_id! event_name! session_id user_id email page_url referrer_url"
    " product_id category quantity price order_id search_query item_list_id engagement_ms scroll_percent device_type"
    " browser operating_system language country city utm_source utm_medium utm_campaign experiment_id variant_id"
    " parameters",
    "email/events": "event_id occurred_at! event_name! email customer_id campaign_id campaign_kind message_id url",
    "enrichment/attributes": "customer_id email phone provider! attribute! value! observed_at!",
    "context/observations": "observed_date! country city attribute! value!",
    "context/exchange_rates": "rate_date! currency! rate_to_base!",
    "consents/decisions": "customer_id email phone visitor_id purpose! status! decided_at! source",
    "privacy/requests": "request_id! kind! customer_id email phone requested_at!",
    "experiments/exposures": "experiment_id! variant_id! unit_id! exposed_at!",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for part in ("landing", "truth")
        for file in sorted((folder / part).rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A tiny shop of seed 3: its folder, and the rows by file."""
    folder = tmp_path_factory.mktemp("small")
    return folder, generate(folder, customers=60, seed=3, products=40, events=600)


def test_the_same_arguments_give_the_same_bytes_and_replace_an_earlier_shop(
    small: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    leftover = tmp_path / "landing" / "pos" / "orders" / "old.csv"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("order_id\n1\n")
    (tmp_path / "truth").mkdir()
    assert generate(tmp_path, customers=60, seed=3, products=40, events=600) == small[1]
    assert contents(tmp_path) == contents(small[0])


def test_somebodys_own_files_are_never_replaced(tmp_path: Path) -> None:
    own = tmp_path / "landing" / "pos" / "orders" / "orders.csv"
    own.parent.mkdir(parents=True)
    own.write_text("order_id\n1\n")
    with pytest.raises(FileExistsError):
        generate(tmp_path, customers=60)
    assert own.read_text() == "order_id\n1\n"


def test_another_seed_gives_another_shop(small: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    generate(tmp_path, customers=60, seed=4, products=40, events=600)
    assert contents(tmp_path) != contents(small[0])


def test_the_committed_sample_is_what_the_generator_makes(shop: Path) -> None:
    """After a change to the generator, or another version of DuckDB, run `make sample` and commit the outcome."""
    made, committed = contents(shop), contents(COMMITTED)
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []


def test_the_committed_sample_stays_small() -> None:
    assert sum(len(data) for data in contents(COMMITTED).values()) < 3_000_000


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_columns_and_no_required_value_is_missing(
    warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    columns = TABLES[table].split()
    missing = " or ".join(f"{column.rstrip('!')} is null" for column in columns if column.endswith("!"))
    rows = warehouse.table(table.replace("/", "_"))
    assert [column for column in rows.columns if column != "filename"] == [
        column.rstrip("!") for column in columns
    ]
    assert rows.aggregate(f"count(*) > 0, count_if({missing})").fetchall() == [(True, 0)]


def test_the_rows_returned_are_the_rows_in_the_files(
    sizes: dict[str, int], shop: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    assert set(sizes) == set(contents(shop))
    for table in TABLES:
        found = warehouse.table(table.replace("/", "_")).count("*").fetchone()
        assert found == (
            sum(rows for name, rows in sizes.items() if name.startswith(f"landing/{table}/")),
        ), table


def test_sizes_follow_the_parameters(sizes: dict[str, int], small: tuple[Path, dict[str, int]]) -> None:
    def rows(counts: dict[str, int], start: str) -> int:
        return sum(count for name, count in counts.items() if name.startswith(start))

    assert rows(sizes, "landing/crm/customers") > 5 * rows(small[1], "landing/crm/customers")
    assert rows(sizes, "landing/clickstream") == pytest.approx(38 * 500, rel=0.1)
    assert rows(small[1], "landing/clickstream") == pytest.approx(600, rel=0.25)
    assert (sizes["truth/products.csv"], small[1]["truth/products.csv"]) == (240, 40)


@pytest.mark.parametrize(
    "wrong", [{"customers": 10}, {"customers": 100, "events": 100}, {"customers": 100, "events": 50_000}]
)
def test_sizes_that_make_no_world_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be at"):
        generate(tmp_path, **wrong)
