"""Every link rebuilds the decision, the links make the customers, and who was missed is told why."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict

import duckdb
import explanation_facts as facts_about
import pytest
from explanation_facts import BASE, CHECKS, Facts, sum_of

from dagster_project.lib.transformation.explanation.explanation import explain


@pytest.fixture(scope="module")
def warehouse(sample_night):
    """The sample's warehouse, read-only."""
    with duckdb.connect(
        str(sample_night.data_dir / "warehouse" / "kindred.duckdb"), read_only=True
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
def facts(warehouse):
    return Facts(warehouse)


def test_the_links_connect_the_customers_that_are_published_and_no_others(published):
    neighbours = defaultdict(set)
    for left, right in published.execute(
        "select left_record, right_record from marts.identity_edges"
    ).fetchall():
        neighbours[left].add(right)
        neighbours[right].add(left)
    records = dict(
        published.execute("""
        select source || '/' || source_table || '|' || record_kind || '|' || source_record_id, customer_id
        from marts.customer_identities
    """).fetchall()
    )
    customers = defaultdict(set)
    for record, customer in records.items():
        customers[customer].add(record)
    component_of: dict[str, frozenset] = {}
    for record in records:
        if record not in component_of:
            reached, waiting = {record}, [record]
            while waiting:
                found = neighbours[waiting.pop()] - reached
                reached |= found
                waiting.extend(found)
            component_of.update(dict.fromkeys(reached, frozenset(reached)))
    assert set(component_of.values()) == {frozenset(found) for found in customers.values()}


def test_the_findings_of_every_probabilistic_link_rebuild_its_weight_and_the_decision(published):
    weights = {
        (field, label): (weight, other, household)
        for field, label, weight, other, household in published.execute(
            "select field, label, match_weight, other_share, household_share from quality.match_weights"
        ).fetchall()
    }
    match, home, threshold = published.execute(
        "select match_share, household_share, threshold from quality.match_thresholds"
    ).fetchone()
    edges = published.execute(
        "select match_weight, match_probability, evidence from marts.identity_edges where rule = 'probabilistic'"
    ).fetchall()
    assert len(edges) > 50
    for weight, probability, text in edges:
        evidence = json.loads(text)
        findings = [weights[field["field"], field["finding"]] for field in evidence["fields"]]
        for field, (expected, _, _) in zip(evidence["fields"], findings, strict=True):
            assert field["weight"] == pytest.approx(expected, abs=0.001)
        alike = sum(math.log2(household / other) for _, other, household in findings)
        same_household = -math.log2(1 + home / (1 - match - home) * 2**alike)
        prior = math.log2(match / (1 - match - home))
        assert evidence["same_household"] == pytest.approx(same_household, abs=0.001)
        assert evidence["prior"] == pytest.approx(prior, abs=0.001)
        assert evidence["threshold"] == pytest.approx(threshold, abs=0.001)
        assert weight == pytest.approx(sum_of(evidence), abs=0.01)
        assert weight > threshold
        assert probability == pytest.approx(1 / (1 + 2**-weight))


def test_every_link_by_identifier_is_shared_by_its_records_and_weighs_what_its_evidence_says(
    published, facts
):
    edges = published.execute("""
        select left_record, right_record, rule, match_weight, evidence, source, first_seen_at <= last_seen_at
        from marts.identity_edges where rule not in ('probabilistic', 'include')
    """).fetchall()
    rules = Counter(rule for _, _, rule, *_ in edges)
    assert set(rules) >= {"customer_id", "user_id", "loyalty_id", "email", "phone", "national_id"}
    for left, right, rule, weight, text, source, is_in_order in edges:
        evidence = json.loads(text)
        namespace = {"user_id": "customer_id", "visitor": "visitor_id"}.get(rule, rule)
        shared = {key for key in facts.identifiers[left] & facts.identifiers[right] if key[0] == namespace}
        assert shared and source == right.split("|")[0] and is_in_order is not False
        base = evidence["base_probability"] / max(evidence["persons"], 1)
        assert weight == pytest.approx(math.log2(base / (1 - base)))
        is_role = any(facts_about.ROLE.match(key) for _, key in shared)
        assert evidence["base_probability"] == (
            0.5 if is_role and rule == "email" else BASE[evidence["kind"]]
        )
        if evidence.get("same_identifiers"):
            assert facts.identifiers[left] == facts.identifiers[right]
        else:
            assert weight > 0
        if rule in ("email", "phone", "loyalty_id", "national_id"):
            assert evidence["persons"] in {len(facts.persons_having(key)) for key in shared}


def test_every_true_pair_that_was_missed_gets_the_reason_that_holds(warehouse, facts, sample_truth):
    missed = warehouse.execute(f"""
        with records as (
            select found.record_key, found.customer_id, truth.person_id
            from '{sample_truth}/records.parquet' as truth
            join intermediate.int_records_resolved as found
                using (source, source_table, record_kind, source_record_id)
            where truth.person_id is not null
        )
        select one.record_key, other.record_key
        from records as one join records as other using (person_id)
        where one.record_key < other.record_key and one.customer_id <> other.customer_id
    """).fetchall()
    assert len(missed) > 1000
    explanations = explain(warehouse, missed)
    reasons = Counter()
    for pair, explanation in zip(missed, explanations, strict=True):
        assert explanation is not None
        assert (explanation.left_record, explanation.right_record) == pair
        reasons[explanation.reason] += 1
        CHECKS[explanation.reason](facts, explanation)
    assert set(reasons) >= {"no identifier in common", "names several persons", "below threshold"}


def test_every_link_is_its_own_shortest_explanation(warehouse):
    edges = warehouse.execute(
        "select distinct left_record, right_record from marts.identity_edges"
    ).fetchall()
    for pair, explanation in zip(edges, explain(warehouse, edges), strict=True):
        assert explanation.is_one_customer
        (link,) = explanation.path
        assert (link.left_record, link.right_record) == pair


def test_two_records_of_a_customer_are_explained_by_links_from_one_to_the_other(warehouse):
    pairs = warehouse.execute("""
        select min(record_key), max(record_key) from intermediate.int_records_resolved
        group by customer_id having count(*) > 2
    """).fetchall()
    longest = 0
    for (left, right), explanation in zip(pairs, explain(warehouse, pairs), strict=True):
        at = left
        for link in explanation.path:
            assert at in (link.left_record, link.right_record)
            at = link.left_record if at == link.right_record else link.right_record
        assert at == right
        longest = max(longest, len(explanation.path))
    assert longest > 1
