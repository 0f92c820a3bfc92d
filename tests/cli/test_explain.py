"""`kindred explain`: what it says of the sample, what it keeps to itself, and how it fails."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def explain(kindred, sample_night):
    return lambda *arguments: kindred("explain", *arguments, DATA_DIR=str(sample_night.data_dir))


@pytest.fixture
def linked(published):
    """Two records that are one customer by what they have in common, with the customer's id."""
    return published.execute("""
        select left_record, right_record, customer_id from marts.identity_edges
        where rule = 'probabilistic' order by all limit 1
    """).fetchone()


def test_one_customer_is_shown_link_by_link_with_every_weight(explain, linked):
    left, right, customer = linked
    ended = explain(left, right)
    assert ended.code == 0, ended.errors
    assert left in ended.output and right in ended.output and customer in ended.output
    assert "before anything is compared" in ended.output and "the threshold is" in ended.output
    answer = json.loads(explain(left, right, "--json").output)
    assert answer["is_one_customer"] and answer["reason"] == "one customer"
    (link,) = answer["path"]
    evidence = link["evidence"]
    parts = [evidence["prior"], evidence["same_household"], *(f["weight"] for f in evidence["fields"])]
    assert sum(parts) == pytest.approx(link["match_weight"], abs=0.01)
    assert all(f"{field['field']}: {field['finding']}" in ended.output for field in evidence["fields"])


def test_ids_of_customers_and_of_sources_mean_their_records(explain, published, linked):
    left, right, _ = linked
    (stranger,) = published.execute(
        "select customer_id from marts.dim_customers where not is_known order by 1 limit 1"
    ).fetchone()
    answer = json.loads(explain(left.split("|")[2], stranger, "--json").output)
    assert answer["left_record"] == left
    assert answer["right_customer"] == stranger
    assert not answer["is_one_customer"] and answer["path"] == []


def test_no_address_is_shown(explain, published):
    pair = published.execute("""
        select left_record, right_record from marts.identity_edges
        where rule = 'email' and right_record like '%|email|%@%' and left_record not like '%@%' order by all limit 1
    """).fetchone()
    for options in ((), ("--json",)):
        ended = explain(*pair, *options)
        assert ended.code == 0, ended.errors
        assert "@" not in ended.output and pair[0] in ended.output


def test_what_cannot_be_explained_is_told_in_one_sentence_without_the_name(explain, linked):
    left, right, _ = linked
    for arguments, told in (
        ((left, "nobody@nowhere.example"), "the second name is no record"),
        (("c_00000000000000000000000000000000", right), "the first name is no record"),
    ):
        ended = explain(*arguments)
        assert (ended.code, ended.output) == (1, "")
        assert ended.errors.startswith(f"kindred: {told}") and ended.errors.count("\n") == 1
        assert "nobody" not in ended.errors


def test_without_a_warehouse_it_says_what_to_run(kindred, tmp_path):
    ended = kindred("explain", "one", "other", DATA_DIR=str(tmp_path))
    assert ended.code == 1 and "run `kindred nightly` first" in ended.errors
    assert not (tmp_path / "warehouse").exists()
