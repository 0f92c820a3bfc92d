"""The reasons that a strict `identity.yml` and a person's decisions bring up, held against the records themselves."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter

import pytest
from explanation_facts import CHECKS, Facts

from dagster_project.lib.common import warehouse
from dagster_project.lib.config_tables import load_config_tables, write_config_tables
from dagster_project.lib.transformation.dbt_project.build import build
from dagster_project.lib.transformation.explanation.explanation import explain

STRICT = """
largest_cluster: 2
block_size: 4
most_customers_per_email: 1
most_customers_per_phone: 1
"""
ASKED = ("identity_edges", "refused_merges", "merges_to_review", "customer_id_aliases")


@pytest.fixture(scope="module")
def strict(sample_night, tmp_path_factory):
    """A connection to the sample's warehouse, its identities built anew under strict rules."""
    folder = tmp_path_factory.mktemp("strict")
    database = folder / "kindred.duckdb"
    shutil.copy(sample_night.data_dir / "warehouse" / "kindred.duckdb", database)
    (folder / "identity.yml").write_text(STRICT)
    with warehouse.connect(database) as connection:
        by_weight, by_address = (
            connection.execute(f"""
                select left_record, right_record from marts.identity_edges
                where left_record like 'crm/customers%' and {condition} order by all limit 1
            """).fetchone()
            for condition in (
                "rule = 'probabilistic'",
                "rule = 'email' and right_record like '%guest_order%'",
            )
        )
        lines = [f"{left},{right},exclude,ana,2026-06-01," for left, right in (by_weight, by_address)]
        (folder / "identity_decisions.csv").write_text(
            "\n".join(["left_record,right_record,decision,decided_by,decided_at,note", *lines])
        )
        write_config_tables(connection, load_config_tables(folder))
    results = build(database, [f"+{model}" for model in ASKED], with_tests=False)
    assert {result.status for result in results} == {"success"}
    with warehouse.connect(database) as connection:
        yield connection


def test_every_refusal_and_every_pair_of_strangers_gets_the_reason_that_holds(strict):
    records = [
        record
        for (record,) in strict.execute(
            "select record_key from intermediate.int_persons_prepared order by 1 limit 150"
        ).fetchall()
    ]
    refused = strict.execute("select left_record, right_record from quality.refused_merges").fetchall()
    facts = Facts(strict)
    reasons = Counter()
    for explanation in explain(strict, [*itertools.combinations(records, 2), *refused]):
        assert explanation is not None
        reasons[explanation.reason] += 1
        if not explanation.is_one_customer:
            CHECKS[explanation.reason](facts, explanation)
    assert set(reasons) >= {
        "no key in common", "blocks too large", "below threshold",
        "cluster size limit", "identifier overused", "excluded by a person", "one customer",
    }  # fmt: skip


def test_what_is_refused_is_two_customers_and_told_with_its_reason(strict):
    customers = dict(
        strict.execute("select record_key, customer_id from intermediate.int_records_resolved").fetchall()
    )
    refused = strict.execute(
        "select left_record, right_record, reason from quality.refused_merges"
    ).fetchall()
    assert all(customers[left] != customers[right] for left, right, _ in refused)
    for_certain = [row for row in refused if row[2] in ("cluster size limit", "excluded by a person")]
    assert len({reason for *_, reason in for_certain}) == 2
    told = explain(strict, [(left, right) for left, right, _ in for_certain])
    assert [explanation.reason for explanation in told] == [reason for *_, reason in for_certain]


def test_doubtful_pairs_queue_by_how_near_they_are_and_nobody_asks_twice(strict):
    queue = strict.execute("""
        select place, left_record, right_record, is_one_customer, margin, reason,
            left_customer_id = right_customer_id
        from quality.merges_to_review order by place
    """).fetchall()
    assert [place for place, *_ in queue] == list(range(1, len(queue) + 1))
    margins = [abs(margin) for *_, margin, _, _ in queue]
    assert margins == sorted(margins)
    decided = strict.execute("select left_record, right_record from operations.identity_decisions").fetchall()
    assert not set(decided) & {(left, right) for _, left, right, *_ in queue}
    for _, _, _, is_one, margin, reason, is_same in queue:
        assert is_one == is_same
        assert abs(margin) <= 3 or (margin > 0 and reason.split(":")[0] in CHECKS)
    assert {reason.split(":")[0] for *_, reason, _ in queue} >= {"cluster size limit", "below threshold"}
