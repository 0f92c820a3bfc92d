"""Several faults at once, in several files of several sources: none hides another, and no row goes missing."""

from __future__ import annotations

import threading
from random import Random

from faults.exports import EXTENSIONS
from faults.nights import check, night_over
from faults.table import (
    FAULTS,
    TABLES,
    RowFault,
    cases_of,
    deliver,
    deliver_clean,
    deliver_mixture,
    first_column,
)
from faults.values import ValueFault
from faults.variants import VARIANTS, contract_text, folder_of
from hypothesis import Phase, given, note, seed, settings
from hypothesis import strategies as st

from dagster_project.lib.ingestion.arrival.landing import find_moving

# A quote that nobody closes may pair with one of another fault, so that it stands alone in its file.
ROW_FAULTS = [
    fault
    for fault in FAULTS
    if isinstance(fault, RowFault)
    and not fault.is_slow
    and not fault.feed
    and getattr(fault, "is_countable", True)
]
QUICK_CASES = [
    case
    for table in TABLES
    for case in cases_of(table)
    if not case.fault.is_slow and case.fault.name != "no permission to read"
]


@st.composite
def row_faults(draw) -> tuple[str, str, list[tuple[RowFault, str | None]]]:
    """A table, an extension, and up to five faults that a file of both can have."""
    table, extension = draw(st.sampled_from(TABLES)), draw(st.sampled_from(EXTENSIONS))
    able = [
        (fault, column)
        for fault in ROW_FAULTS
        if extension in fault.extensions
        for column in (first_column(fault, table),)
        if column is not None or not isinstance(fault, ValueFault)
    ]
    return table, extension, draw(st.lists(st.sampled_from(able), min_size=1, max_size=5))


@seed(20250401)
@settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    mixtures=st.lists(row_faults(), min_size=1, max_size=4),
    cases=st.lists(st.sampled_from(QUICK_CASES), min_size=1, max_size=6, unique=True),
    bystanders=st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True),
    chance=st.integers(0, 2**32),
)
def test_faults_of_one_night_do_not_hide_one_another(new_shop, mixtures, cases, bystanders, chance):
    rng = Random(chance)
    with new_shop() as shop:
        for case in cases:
            for variant in VARIANTS[1:]:
                shop.contract(folder_of(case.table, variant), contract_text(case.table, variant))
        delivered = {
            number: deliver_mixture(faults, table, f"mixture {number}.{extension}", shop.landing, rng)
            for number, (table, extension, faults) in enumerate(mixtures)
        }
        delivered |= {case: deliver(case, shop.landing, rng) for case in cases}
        delivered |= {table: deliver_clean(table, "clean", "csv", shop.landing, rng) for table in bystanders}
        night = night_over(shop, delivered)
        for key, file in delivered.items():
            note(f"{file.path}: {[finding.reason for finding in file.findings] or key}")
            check(night, file)


def test_a_file_that_somebody_is_still_writing_waits_for_the_next_night(shop):
    rng, done = Random(5), threading.Event()
    clean = deliver_clean("pos/order_lines", "clean", "csv", shop.landing, rng)
    growing = deliver_clean("pos/order_lines", "growing", "csv", shop.landing, rng)
    rows = [0]

    def write_on() -> None:
        while not done.wait(0.02):
            with (shop.landing / growing.path).open("a") as stream:
                stream.write(_next_line(shop.landing / growing.path, rows[0]))
            rows[0] += 1

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        night = night_over(shop, {"clean": clean}, find_moving(shop.landing))
    finally:
        done.set()
        writer.join()
    assert rows[0] > 1
    check(night, clean)
    assert growing.path not in night.ledger
    shop.ingest()
    assert shop.ledger()[growing.path] == ("loaded", 12 + rows[0], 12 + rows[0], 0)


def _next_line(path, number: int) -> str:
    """A row that is good in this file: its numbers are numbers, its texts are words."""
    header = path.read_text().splitlines()[0].split(",")
    numbers = ("quantity", "unit_price", "discount_amount")
    return ",".join(str(number) if name in numbers else f"{name}{number}" for name in header) + "\n"
