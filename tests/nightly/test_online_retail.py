"""Nights over a year of a real shop's till exports: the published facts, a second night, a night of the past."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest
from jobs import call_night_with_a_small_ranker

from tests.processes import ALL_THREADS, run_apart

PROJECT = Path(__file__).resolve().parents[2]
CONFIG = PROJECT / "examples" / "online_retail" / "config"
PAST = "2011-01-01T00:00:00Z"


def _night(data_dir, as_of):
    where = {"DATA_DIR": str(data_dir), "CONFIG_DIR": str(CONFIG), "AS_OF": as_of, ALL_THREADS: "yes"}
    ended = run_apart(call_night_with_a_small_ranker, environment={**os.environ, **where})
    assert ended.code == 0, ended.output + ended.errors
    return ended


def _landing(data_dir, files):
    folder = data_dir / "landing" / "pos" / "sales"
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy2(file, folder / file.name)  # as old as they are, so that no night waits for their writer


def _manifest(data_dir):
    return json.loads((data_dir / "published" / "current" / "manifest.json").read_text())


def _query(data_dir, query):
    with duckdb.connect(
        str(data_dir / "published" / "current" / "kindred.duckdb"), read_only=True
    ) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def whole_year(online_retail, tmp_path_factory):
    """A night over all files, as of the newest line."""
    data_dir = tmp_path_factory.mktemp("retail") / "data"
    _landing(data_dir, sorted(online_retail.glob("*.csv.gz")))
    _night(data_dir, "latest")
    return data_dir


def test_every_line_is_loaded_and_none_is_lost(whole_year):
    assert _query(
        whole_year, "select sum(rows_in), sum(rows_loaded), sum(rows_rejected) from quality.ingested_files"
    ) == [(541_909, 541_909, 0)]
    ((lines, amount),) = _query(
        whole_year, "select count(*), sum(quantity * unit_price) from marts.fct_order_lines"
    )
    assert lines == 541_909
    assert amount == pytest.approx(9_747_747.93, abs=0.005)
    assert _query(whole_year, "select count(*) from marts.fct_orders") == [(25_900,)]


def test_known_customers_are_those_with_an_id_and_blank_ones_are_guests(whole_year):
    assert _query(whole_year, "select count(*) from marts.dim_customers where is_known") == [(4_372,)]
    ids = _query(
        whole_year, "select source_record_id from marts.customer_identities where record_kind = 'customer'"
    )
    assert len(ids) == 4_372
    assert not [name for (name,) in ids if not name.isdigit()], "17850.0 is the till's way of writing 17850"
    assert _query(
        whole_year, "select count(*) from marts.customer_identities where record_kind = 'guest_order'"
    ) == [(25_900 - 22_190,)]


def test_cancelled_invoices_are_returns(whole_year):
    assert _query(whole_year, """
        select count(*), count(*) filter (is_return) from marts.fct_orders where order_id like 'C%'
    """) == [(3_836, 3_836)]  # fmt: skip


def test_every_known_customer_is_recommended_to_and_better_than_by_popularity(whole_year):
    assert _query(whole_year, """
        select list_name, count(distinct r.customer_id) from activation.customer_recommendations r
        join marts.dim_customers c on c.customer_id = r.customer_id and c.is_known group by 1 order by 1
    """) == [("discover", 4_372), ("for_you", 4_372)]  # fmt: skip
    measured = dict(
        _query(whole_year, "select model, value from quality.model_evaluations where metric = 'ndcg@10'")
    )
    assert measured["hybrid"] > measured["blend"] > 2 * measured["popularity"]


@pytest.fixture(scope="module")
def second_night(whole_year, tmp_path_factory):
    """The same folder, a night later, with nothing new."""
    data_dir = tmp_path_factory.mktemp("again") / "data"
    shutil.copytree(whole_year, data_dir, symlinks=True)
    _night(data_dir, "latest")
    return data_dir


def test_a_second_night_publishes_the_same_content_under_another_run(whole_year, second_night):
    assert _manifest(second_night)["run_id"] != _manifest(whole_year)["run_id"]
    assert _manifest(second_night)["tables"] == _manifest(whole_year)["tables"]


def test_a_past_night_sees_nothing_later_and_equals_one_over_the_files_of_then(
    second_night, online_retail, tmp_path
):
    _night(second_night, PAST)
    assert _query(second_night, "select max(ordered_at) < '2011-01-01' from marts.fct_orders") == [(True,)]
    then = tmp_path / "then"
    _landing(then, [file for file in sorted(online_retail.glob("*.csv.gz")) if file.name < "2011"])
    _night(then, PAST)
    past, expected = _manifest(second_night)["tables"], _manifest(then)["tables"]
    of_the_nights = ("marts.identity_changes", "marts.customer_id_aliases")
    compared = [
        table
        for table in expected
        if table.startswith(("marts.", "activation.")) and table not in of_the_nights
    ]
    assert len(compared) >= 12
    keys = ("rows", "checksum")
    assert {table: [past[table][key] for key in keys] for table in compared} == {
        table: [expected[table][key] for key in keys] for table in compared
    }
