"""Whatever is wrong with an export: its reason is told with a remedy, the rest of it and of the night is loaded.

Every class of fault is tried on every canonical table that can have it, at a random place, in a random container.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from random import Random

import pytest
from faults.exports import EXTENSIONS, Finding, clean_export
from faults.nights import Night, check, night_over
from faults.table import FAULTS, TABLES, Case, Delivered, cases_of, deliver, deliver_clean, write
from faults.variants import VARIANTS, contract_of, contract_text, folder_of

CASES = [case for table in TABLES for case in cases_of(table)]


@pytest.fixture(scope="module")
def night_of(new_shop) -> Callable[[str], Night | Exception]:
    """The one night over a table's clean and faulty files, made when it is first asked for."""
    return cache(partial(_night_over_every_fault, new_shop))


def _night_over_every_fault(new_shop, table: str) -> Night | Exception:
    """An exception is kept, so that a night that fell over does not fall again for every test that asks for it."""
    rng = Random(table)
    with new_shop() as shop:
        for variant in VARIANTS[1:]:
            shop.contract(folder_of(table, variant), contract_text(table, variant))
        delivered: dict[Case | str, Delivered] = {
            case: deliver(case, shop.landing, rng) for case in cases_of(table)
        }
        for extension in EXTENSIONS:
            clean = deliver_clean(table, "clean", extension, shop.landing, rng)
            delivered[clean.path] = clean
        try:
            return night_over(shop, delivered)
        except Exception as error:
            return error


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_costs_what_it_must_and_is_told_with_a_remedy(night_of, case):
    if case.fault.name == "no permission to read" and os.geteuid() == 0:
        pytest.skip("root reads every file")
    night = night_of(case.table)
    assert isinstance(night, Night), night
    check(night, night.delivered[case])


@pytest.mark.parametrize("table", TABLES)
def test_files_without_a_fault_are_loaded_in_full(night_of, table):
    night = night_of(table)
    assert isinstance(night, Night), night
    clean = [file for key, file in night.delivered.items() if isinstance(key, str)]
    assert len(clean) == len(EXTENSIONS)
    for file in clean:
        assert file.entry == ("loaded", 12, 12, 0)
        check(night, file)


@pytest.mark.parametrize("megabytes", [17, 60])
@pytest.mark.parametrize("extension", ["csv", "csv.gz", "jsonl"])
def test_a_row_without_end_is_rejected_where_its_file_stands_alone(shop, extension, megabytes):
    """DuckDB passes over a line that is longer than its buffer, and says nothing of it."""
    rng = Random(megabytes)
    export = clean_export(contract_of("pos/order_lines", ""), extension, rng)
    row = {
        name: "x" * (megabytes << 20) if name == "product_id" else text
        for name, text in export.rows[5].items()
    }
    export.lines[5] = export.line(row)
    export.findings.append(
        Finding(is_rejected=True, row_number=6, column=None, reason="too long; shorten the field")
    )
    file = write(export, f"pos/order_lines/a.{extension}", shop.landing)
    check(night_over(shop, {"long": file}), file)


def test_the_table_of_faults_is_as_long_as_it_claims_and_none_goes_untried():
    assert len(FAULTS) >= 90
    assert {case.fault.name for case in CASES} == {fault.name for fault in FAULTS}
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
