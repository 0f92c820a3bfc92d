"""`kindred segment`: what it says of the sample's segments, what it keeps to itself, and how it fails."""

from __future__ import annotations

import json

import pytest

from dagster_project.cli import segment as segment_command
from dagster_project.lib.transformation.segments import Preview


@pytest.fixture(scope="module")
def segment(kindred, sample_night):
    return lambda *arguments: kindred("segment", *arguments, DATA_DIR=str(sample_night.data_dir))


def test_a_preview_finds_what_the_night_published(segment, published):
    ended = segment("preview", "at_risk_customers", "--json")
    assert ended.code == 0, ended.errors
    found = json.loads(ended.output)
    members = dict(published.execute("""
        select customer_id, entered_at::varchar from activation.segment_memberships
        where segment = 'at_risk_customers'
    """).fetchall())  # fmt: skip
    (everybody,) = published.execute("select count(*) from marts.dim_customers").fetchone()
    assert found["customers"] == len(members) > 10
    assert found["share"] == pytest.approx(len(members) / everybody)
    overlaps = published.execute("""
        select other_segment, customers, share from activation.segment_overlaps
        where segment = 'at_risk_customers' order by customers desc, other_segment
    """).fetchall()
    assert [(o["segment"], o["customers"], o["share"]) for o in found["overlaps"]] == overlaps
    assert len(found["examples"]) == 10
    features = published.execute("select customer_id, order_count from marts.customer_features").fetchall()
    for example in found["examples"]:
        assert members[example["customer_id"]] == example["entered_at"]
        assert (example["customer_id"], example["order_count"]) in features
        assert set(example) == {"customer_id", "entered_at", "order_count", "last_ordered_at"}


def test_a_preview_is_told_in_words_and_shows_no_sensitive_attribute(segment):
    ended = segment("preview", "price_minded_customers")
    assert ended.code == 0, ended.errors
    assert ended.output.startswith("price_minded_customers: ")
    (first, *_) = [line for line in ended.output.splitlines() if " since " in line]
    assert first.split(" since ")[0].strip()
    assert "survey_values" not in ended.output and "Price" not in ended.output


def test_a_segment_by_sensitive_attributes_finds_nobody_as_long_as_they_are_not_switched_on(segment):
    ended = segment("preview", "affluent_londoners")
    assert ended.code == 0, ended.errors
    assert ended.output.startswith("affluent_londoners: 0 customers")
    assert "under its minimum size of 5: it would not be published" in ended.output


@pytest.mark.parametrize(("customers", "is_too_small"), [(4, True), (5, False)])
def test_a_segment_of_exactly_its_minimum_size_would_be_published(customers, is_too_small):
    text = segment_command._as_text(Preview("affluent_londoners", customers, 0.1, customers, 5, (), ()))
    assert ("it would not be published" in text) == is_too_small


def test_a_preview_changes_nothing(segment, sample_night):
    def files():
        return {path: path.stat().st_mtime_ns for path in sample_night.data_dir.rglob("*") if path.is_file()}

    before = files()
    assert segment("preview", "frequent_buyers").code == 0
    assert files() == before


def test_segments_are_listed_by_priority(segment, published):
    rows = published.execute("""
        select segment, customers, is_published from activation.segments order by priority, segment
    """).fetchall()
    listed = json.loads(segment("list", "--json").output)
    assert [(one["segment"], one["customers"], one["is_published"]) for one in listed] == rows
    lines = segment("list").output.splitlines()
    assert [line.split()[1] for line in lines] == [name for name, _, _ in rows]


def test_a_segment_that_is_none_is_answered_with_those_there_are(segment):
    ended = segment("preview", "nobody")
    assert ended.code == 1
    assert "there is no segment 'nobody'; write dbt/models/segments/nobody.sql" in ended.errors


def test_without_a_warehouse_it_says_what_to_run(kindred, tmp_path):
    ended = kindred("segment", "list", DATA_DIR=str(tmp_path))
    assert ended.code == 1
    assert "run `kindred nightly` first" in ended.errors
