"""The fast way and the slow one load the same rows, with the same places, whatever stands between them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

HEADER = "interaction_id,customer_id,occurred_at,channel,kind,subject"
LINES = st.sampled_from(
    [
        "{n},c,2026-01-01 10:00:00,web,call,plain",
        '{n},c,2026-01-01 10:00:00,web,call,"two\nlines, ""quoted"""',
        "{n},c,1767261600,web,call,epoch",
        "{n},c,2026-01-01T10:00:00+02:00,web,call,offset",
        "{n},c,soon,web,call,no time",
        "{n},,2026-01-01,web,call,nobody",
        "{n},c,2026-01-01,web,call",
        "{n},c,2026-01-01,web,call,too,many",
        '{n},c,2026-01-01,web,call,"x"y',
        '{n},c,2026-01-01,web,call,"never closed',
        "{n},c,2026-01-01,web,call,nul\0byte",
        "{n},c,2027-01-01,web,call,from the future",
        "",
    ]
)
BAD = ("no time", "nobody", "call", "too,many", '"x"y', '"never closed', "nul\0byte", "from the future")


def _is_unambiguous(lines: list[str]) -> bool:
    """With two open quotes nobody can tell which text stands inside of them."""
    return sum("never closed" in line or "\0" in line for line in lines) <= 1


@settings(deadline=None)
@given(lines=st.lists(LINES, max_size=12).filter(_is_unambiguous), newline=st.sampled_from(["\n", "\r\n"]))
def test_every_row_is_loaded_or_told_under_its_own_place(new_shop, lines, newline):
    records = [line.format(n=n) for n, line in enumerate(lines) if line]
    text = newline.join(
        [
            HEADER,
            *(line.format(n=n) if line else "" for n, line in enumerate(lines)),
            "last,c,2026-01-01,web,call,end",
        ]
    )
    records.append("last,c,2026-01-01,web,call,end")
    good = {place for place, record in enumerate(records, 1) if not record.endswith(BAD)}
    with new_shop() as shop:
        shop.write("crm/interactions/a.csv", text)
        shop.ingest()
        loaded = shop.rows("select _row_number, interaction_id from raw.crm_interactions order by 1")
        refused = shop.rows("select distinct row_number, raw_row from quality.rejected_rows order by 1")
        assert {place for place, _ in loaded} == good
        assert all(records[place - 1].startswith(f"{name},") for place, name in loaded)
        assert [place for place, _ in refused] == sorted({*range(1, len(records) + 1)} - good)
        assert all(raw.split(",")[0] == records[place - 1].split(",")[0] for place, raw in refused)
        assert shop.ledger()["crm/interactions/a.csv"] == (
            "loaded",
            len(records),
            len(good),
            len(records) - len(good),
        )


@pytest.mark.parametrize("extension", ["csv", "csv.gz", "csv.zst"])
def test_a_quote_that_is_never_closed_costs_its_line_alone(shop, extension):
    """It took the rest of the file into its row."""
    rows = [f"{n},c,2026-01-01,web,call,fine" for n in range(50)]
    rows[10] = '10,c,2026-01-01,web,call,"open'
    rows[30] = '30,"c,2026-01-01,web,call,open'
    shop.write(f"crm/interactions/a.{extension}", "\n".join([HEADER, *rows]) + "\n")
    shop.ingest()
    assert shop.ledger()[f"crm/interactions/a.{extension}"] == ("loaded", 50, 48, 2)
    assert shop.rows("select row_number, raw_row from quality.rejected_rows order by 1") == [
        (11, rows[10]),
        (31, rows[30]),
    ]
    assert shop.rows("select max(_row_number) from raw.crm_interactions") == [(50,)]


def test_a_file_changed_while_it_is_watched_waits(shop, monkeypatch):
    from dagster_project.lib.ingestion.arrival import landing

    path = shop.write("crm/interactions/a.csv", f"{HEADER}\n1,c,2026-01-01,web,call,fine\n")
    monkeypatch.setattr(landing.time, "sleep", lambda seconds: path.write_text(path.read_text() + "2,c,"))
    assert landing.find_moving(shop.landing) == {path}
    monkeypatch.undo()
    assert landing.find_moving(shop.landing) == frozenset()


def test_a_nul_byte_costs_its_record_newlines_in_quotes_included(shop):
    """It counted as two rows."""
    lines = [
        HEADER,
        "1,c,2026-01-01,web,call,fine",
        '2,c,2026-01-01,web,call,"a\nb\0"',
        "3,c,2026-01-01,web,call,fine",
        "",
    ]
    shop.write("crm/interactions/a.csv", "\n".join(lines))
    shop.ingest()
    assert shop.ledger()["crm/interactions/a.csv"] == ("loaded", 3, 2, 1)
    assert shop.rows("select row_number, raw_row from quality.rejected_rows") == [
        (2, '2,c,2026-01-01,web,call,"a\nb\ufffd"')
    ]


def test_numbers_of_json_keep_their_point_whatever_the_contract_says_of_csv(shop):
    """1.125 became 1125."""
    shop.contract("pos/order_lines", "dialect: {decimal: ','}\n")
    shop.write(
        "pos/order_lines/a.jsonl", '{"order_id":"o","product_id":"p","quantity":1.125,"unit_price":12.5}\n'
    )
    shop.ingest()
    assert shop.rows("select quantity, unit_price from raw.pos_order_lines") == [(1.125, 12.5)]


def test_an_open_quote_on_the_last_line_is_told(shop):
    """DuckDB passes over it without a word."""
    shop.write(
        "crm/interactions/a.csv", f'{HEADER}\n1,c,2026-01-01,web,call,fine\n2,c,2026-01-01,web,call,"open\n'
    )
    shop.ingest()
    assert shop.ledger()["crm/interactions/a.csv"] == ("loaded", 2, 1, 1)
    assert shop.rows("select row_number, raw_row from quality.rejected_rows") == [
        (2, '2,c,2026-01-01,web,call,"open')
    ]


def test_a_quote_inside_a_field_is_a_letter(shop):
    """Rows behind it got the places of others."""
    rows = ['1,c,2026-01-01,web,call,5" pipe', "2,c,soon,web,call,fine", "3,c,2026-01-01,web,call,fine"]
    shop.write("crm/interactions/a.csv", "\n".join([HEADER, *rows, ""]))
    shop.ingest()
    assert shop.rows("select row_number, raw_row from quality.rejected_rows") == [(2, rows[1])]
    assert shop.rows("select _row_number, subject from raw.crm_interactions order by 1") == [
        (1, '5" pipe'),
        (3, "fine"),
    ]
