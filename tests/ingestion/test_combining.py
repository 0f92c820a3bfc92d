"""Many small files are read as one, and nobody can tell from what became of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.lib.ingestion.loading import combining

HEADER = "interaction_id,customer_id,occurred_at,channel,kind,subject"
LINES = st.sampled_from(
    [
        "{n},c,2026-01-01 10:00:00,web,call,plain",
        '{n},c,2026-01-01 10:00:00,web,call,"two\nlines, ""quoted"""',
        "{n},c,1767261600,web,call,epoch",
        "{n},c,soon,web,call,no time",
        "{n},,2026-01-01,web,call,nobody",
        "{n},c,2026-01-01,web,call",
        '{n},c,2026-01-01,web,call,"x"y',
        "",
    ]
)
FILES = st.lists(
    st.tuples(st.lists(LINES, max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans()),
    min_size=9,
    max_size=14,
)


def _load(new_shop, files, least):
    with new_shop() as shop, pytest.MonkeyPatch.context() as patched:
        patched.setattr(combining, "LEAST_FILES", least)
        for number, (lines, newline, ends) in enumerate(files):
            records = [line.format(n=f"{number}-{n}") for n, line in enumerate(lines)]
            text = newline.join([HEADER, *records, f"{number},c,2026-01-01,web,call,end"])
            shop.write(f"crm/interactions/{number:02}.csv", text + newline * ends)
        shop.ingest()
        return [
            shop.rows(
                "select * exclude (columns, ingested_at, changed_ns) from quality.ingested_files order by file_id"
            ),
            shop.rows("from raw.crm_interactions order by _file_id, _row_number"),
            shop.rows("from quality.rejected_rows order by all"),
        ]


@settings(deadline=None, max_examples=15)
@given(files=FILES)
def test_small_files_load_as_if_each_were_read_by_itself(new_shop, files):
    together = _load(new_shop, files, 2)
    one_by_one = _load(new_shop, files, 10_000)
    assert together == one_by_one


def test_files_that_cannot_be_counted_are_read_by_themselves(shop):
    for number in range(12):
        text = (
            f'{HEADER}\n{number},c,2026-01-01,web,call,"open\n'
            if number == 5
            else f"{HEADER}\n{number},c,2026-01-01,w,k,s\n"
        )
        shop.write(f"crm/interactions/{number:02}.csv", text)
    shop.ingest()
    assert shop.rows("select count(*) from raw.crm_interactions") == [(11,)]
    assert shop.ledger()["crm/interactions/05.csv"] == ("quarantined", 1, 0, 1)
    assert shop.ledger()["crm/interactions/11.csv"] == ("loaded", 1, 1, 0)
