"""What every segment's table looks like, and that the tables told from memberships agree with them."""

from __future__ import annotations

from dagster_project.lib.transformation.dbt_project.project import segment_names

COLUMNS = [
    ("customer_id", "VARCHAR"), ("segment", "VARCHAR"), ("priority", "INTEGER"), ("entered_at", "TIMESTAMP")
]  # fmt: skip


def test_every_segment_has_the_same_four_columns_and_each_customer_once(ask, project):
    for name in segment_names():
        assert [row[:2] for row in ask(f"describe segments.{name}")] == COLUMNS, name
        meta = project.manifest.nodes[f"model.kindred.{name}"].config.meta
        rows = ask(f"select customer_id, segment, priority from segments.{name}")
        assert len({row[0] for row in rows}) == len(rows), name
        assert {row[1:] for row in rows} <= {(name, meta["priority"])}


def test_every_segment_is_told_of_with_its_size(ask):
    assert [
        row[0] for row in ask("select segment from activation.segments order by segment")
    ] == segment_names()
    sizes = dict(ask("select segment, customers from activation.segments where is_published"))
    counted = dict(ask("select segment, count(*) from activation.segment_memberships group by 1"))
    assert {name: size for name, size in sizes.items() if size} == counted


def test_flags_say_what_memberships_say(ask):
    columns = [row[0] for row in ask("describe activation.segment_flags")]
    assert columns == ["customer_id", *segment_names(), "computed_at", "run_id"]
    flagged = {
        (customer, name)
        for name in segment_names()
        for (customer,) in ask(f"select customer_id from activation.segment_flags where {name}")
    }
    assert flagged == set(ask("select customer_id, segment from activation.segment_memberships")) != set()
