"""Whatever lies in a file, each of its rows is loaded or rejected, and neither order nor repetition matters."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

HEADER = "order_id,product_id,quantity,unit_price\n"
GOOD = st.tuples(st.integers(0, 99), st.sampled_from(["1", "2.5", "-3", "1e3"])).map(
    lambda row: f"{row[0]},P{row[0]},{row[1]},1"
)
BAD = st.sampled_from(["7,P,many,1", "7,P", ",,,", "7,P,1,1,1", ",P,1,1", "7,,1,1", "7,P,nan,1", "7,P,1,"])
ROWS = st.lists(st.one_of(GOOD.map(lambda row: (row, True)), BAD.map(lambda row: (row, False))), max_size=15)
CONTENT = """
select order_id, product_id, quantity, unit_price, count(*) from raw.pos_order_lines group by all order by all
"""


def _text(rows: list[tuple[str, bool]]) -> str:
    return HEADER + "".join(f"{row}\n" for row, _ in rows)


@settings(max_examples=25, deadline=None)
@given(files=st.lists(ROWS, min_size=1, max_size=4))
def test_rows_in_are_rows_loaded_and_rows_rejected_for_every_file(new_shop, files):
    with new_shop() as shop:
        for number, rows in enumerate(files):
            shop.write(f"pos/order_lines/{number}.csv", _text(rows) + f"file {number},P,1,1\n")
        shop.ingest()
        rejected = dict(shop.rows(
            "select file_path, count(distinct row_number) from quality.rejected_rows group by 1"
        ))  # fmt: skip
        loaded = dict(
            shop.rows("""
            select file_path, count(*) from raw.pos_order_lines
            join quality.ingested_files on file_id = _file_id group by 1
        """)
        )
        for number, rows in enumerate(files):
            path = f"pos/order_lines/{number}.csv"
            good = sum(is_good for _, is_good in rows) + 1
            assert shop.ledger()[path] == ("loaded", len(rows) + 1, good, len(rows) + 1 - good)
            assert loaded[path] == good
            assert rejected.get(path, 0) == len(rows) + 1 - good


@settings(max_examples=15, deadline=None)
@given(files=st.lists(ROWS, min_size=1, max_size=4), data=st.data())
def test_names_nights_and_repeats_of_files_do_not_change_what_is_loaded(new_shop, files, data):
    texts = sorted({_text(rows) for rows in files})
    with new_shop() as at_once, new_shop() as in_turn:
        for number, text in enumerate(texts):
            at_once.write(f"pos/order_lines/{number}.csv", text)
        at_once.ingest()
        deliveries = data.draw(
            st.permutations(texts + data.draw(st.lists(st.sampled_from(texts), max_size=3)))
        )
        for number, text in enumerate(deliveries):
            in_turn.write(f"pos/order_lines/night {number}.csv", text)
            in_turn.ingest()
        assert in_turn.rows(CONTENT) == at_once.rows(CONTENT)
