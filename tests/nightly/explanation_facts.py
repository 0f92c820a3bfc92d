"""Whether a reason why two records are two customers is true, found out anew from what was delivered and weighed.

Belongs here: one check a reason, by plain Python over the records' own values. Does not belong here: any of the
explanation's own queries.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import cached_property

import duckdb
import pytest

ROLE = re.compile(r"^(info|team|sales|support|contact|office|hello|shop|service|orders?|family|familie)@")
LIMITED = ("email", "phone", "loyalty_id", "national_id")
Identifier = tuple[str, str]
BASE = {"customer_id": 0.999, "user_id": 0.999, "visitor_id": 0.999, "loyalty_id": 0.99, "national_id": 0.99,
        "email": 0.98, "phone": 0.9}  # fmt: skip
SINGLE_KEYS = ("surname", "given_name_root", "postal_code", "street", "birth_digits", "mailbox_name")


class Facts:
    """What the warehouse holds of each record, by record key."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.customer_of = dict(
            self._rows("select record_key, customer_id from intermediate.int_records_resolved")
        )
        self.identifiers: dict[str, set[Identifier]] = defaultdict(set)
        self.holders: dict[Identifier, set[str]] = defaultdict(set)
        for record, namespace, key in self._rows("""
            select record_key, namespace, match_key from intermediate.int_identifiers_collected
            where match_key is not null and namespace <> 'order_id'
        """):
            self.identifiers[record].add((namespace, key))
            self.holders[namespace, key].add(record)
        (columns,) = [self.connection.execute("describe intermediate.int_persons_prepared").fetchall()]
        names = [column[0] for column in columns]
        self.described = {
            row[names.index("record_key")]: dict(zip(names, row, strict=True))
            for row in self._rows("from intermediate.int_persons_prepared")
        }
        self.settings = (
            self.connection.execute("from staging.stg_operations__identity_settings").fetchdf().iloc[0]
        )

    def _rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    @cached_property
    def records_of(self) -> dict[str, set[str]]:
        records = defaultdict(set)
        for record, customer in self.customer_of.items():
            records[customer].add(record)
        return records

    @cached_property
    def bearers(self) -> dict[str, Counter]:
        """How many described records have each value of a field that is a key by itself."""
        return {field: Counter(record[field] for record in self.described.values()) for field in SINGLE_KEYS}

    @cached_property
    def units(self) -> dict[frozenset[str], int]:
        """Thousandths of a bit between two described records, where they were weighed for clustering."""
        return {
            frozenset(pair): units
            for *pair, units in self._rows("""
                select one.record_key, other.record_key, units
                from intermediate.int_person_links_weighed
                join intermediate.int_persons_prepared as one on left_id = one.person_id
                join intermediate.int_persons_prepared as other on right_id = other.person_id
            """)
        }

    def is_shared_device(self, record: str) -> bool:
        counted = Counter(namespace for namespace, _ in self.identifiers[record])
        is_visitor = record.split("|")[1] == "visitor"
        return (
            is_visitor
            and max(counted["customer_id"], counted["email"]) > self.settings.most_users_per_visitor
        )

    def identifiers_of_customer(self, customer: str) -> set[Identifier]:
        return set().union(*(self.identifiers[record] for record in self.records_of[customer]))

    def is_persons_record(self, record: str) -> bool:
        """Whether a record is described, or carries the customer id of one that is."""
        return record in self.described or any(
            holder in self.described
            for identifier in self.identifiers[record]
            if identifier[0] == "customer_id" and not self.is_shared_device(record)
            for holder in self.holders[identifier]
        )

    def persons_having(self, identifier: Identifier) -> set[str]:
        """Customers of which a described record, or one with its customer id, carries the identifier."""
        return {
            self.customer_of[holder]
            for holder in self.holders[identifier]
            if self.is_persons_record(holder) and not self.is_shared_device(holder)
        }

    def bits_for_persons(self, record: str) -> dict[str, float]:
        """Customer with a described record -> bits that the record's identifiers say for it."""
        bits: dict[str, float] = defaultdict(float)
        for key in self.identifiers[record]:
            persons = self.persons_having(key)
            if persons and key[0] != "customer_id":
                base = 0.5 if key[0] == "email" and ROLE.match(key[1]) else BASE[key[0]]
                for person in persons:
                    bits[person] += round(math.log2(base / (len(persons) - base)), 6)
        return bits

    def shared(self, explanation) -> set[Identifier]:
        one, other = explanation.by_way_of
        return self.identifiers[one] & self.identifiers[other]

    def described_of(self, customer: str) -> list[str]:
        return sorted(self.records_of[customer] & set(self.described))


def no_identifier_in_common(facts: Facts, explanation) -> None:
    customers = explanation.left_customer, explanation.right_customer
    left, right = map(facts.identifiers_of_customer, customers)
    assert not left & right
    assert not all(map(facts.described_of, customers))


def below_threshold(facts: Facts, explanation) -> None:
    evidence = explanation.evidence
    assert explanation.match_weight == pytest.approx(sum_of(evidence), abs=0.01)
    assert explanation.match_weight <= evidence["threshold"] + 0.001
    assert all(record in facts.described for record in explanation.by_way_of)


def outweighed(facts: Facts, explanation) -> None:
    assert mean_units(facts, explanation) <= 0
    assert explanation.match_weight >= explanation.evidence["threshold"] - 0.001


def cluster_size_limit(facts: Facts, explanation) -> None:
    sizes = [
        len(facts.described_of(customer))
        for customer in (explanation.left_customer, explanation.right_customer)
    ]
    assert sum(sizes) > facts.settings.largest_cluster
    assert mean_units(facts, explanation) > 0


def names_several_persons(facts: Facts, explanation) -> None:
    undescribed = [record for record in explanation.by_way_of if not facts.is_persons_record(record)]
    assert undescribed and facts.shared(explanation)
    reached = {
        facts.customer_of[holder]
        for record in undescribed
        for key in facts.identifiers[record]
        for holder in facts.holders[key]
        if facts.described_of(facts.customer_of[holder])
    }
    assert len(reached) > 1
    if len(undescribed) == 1:
        assert is_undecided(list(facts.bits_for_persons(*undescribed).values()))
    else:
        assert any(len(facts.persons_having(key)) != 1 for key in facts.shared(explanation))


def is_undecided(bits: list[float]) -> bool:
    """Whether no person is above all others, or none is likely at all."""
    return not bits or max(bits) <= 0 or sorted(bits)[-2:] == [max(bits)] * 2


def another_person_is_likelier(facts: Facts, explanation) -> None:
    (undescribed,) = [record for record in explanation.by_way_of if not facts.is_persons_record(record)]
    (refused,) = {facts.customer_of[record] for record in explanation.by_way_of if record != undescribed}
    bits = facts.bits_for_persons(undescribed)
    assert bits[refused] < max(bits.values())


def too_weak(facts: Facts, explanation) -> None:
    shared = facts.shared(explanation)
    assert shared and all(space == "email" and ROLE.match(key) for space, key in shared)
    assert all(len(facts.persons_having(key)) <= 1 for key in shared)


def device_of_several_users(facts: Facts, explanation) -> None:
    assert facts.shared(explanation) and any(map(facts.is_shared_device, explanation.by_way_of))


def identifier_overused(facts: Facts, explanation) -> None:
    told = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", explanation.detail)]
    overused = [
        key
        for key in facts.shared(explanation)
        if key[0] in LIMITED
        and len(facts.persons_having(key)) > facts.settings[f"most_customers_per_{key[0]}"]
    ]
    assert told[0] in {len(facts.persons_having(key)) for key in overused}


def excluded_by_a_person(facts: Facts, explanation) -> None:
    (decision,) = facts.connection.execute(
        "select decision from operations.identity_decisions where left_record = ? and right_record = ?",
        sorted(explanation.by_way_of),
    ).fetchone()
    assert decision == "exclude"


def sum_of(evidence: dict) -> float:
    """The bits of all its parts."""
    return (
        evidence["prior"] + evidence["same_household"] + sum(field["weight"] for field in evidence["fields"])
    )


def mean_units(facts: Facts, explanation) -> float:
    """The mean over all pairs of two customers' described records; -2 bits for a pair that was never weighed."""
    left, right = (facts.described_of(c) for c in (explanation.left_customer, explanation.right_customer))
    pairs = [facts.units.get(frozenset((one, other)), -2000) for one in left for other in right]
    return sum(pairs) / len(pairs)


def described_pair(facts: Facts, explanation) -> tuple[dict, dict]:
    one, other = (facts.described[record] for record in explanation.by_way_of)
    return one, other


def no_key_in_common(facts: Facts, explanation) -> None:
    one, other = described_pair(facts, explanation)
    for field in (*SINGLE_KEYS, "email", "phone", "national_id", "loyalty_id"):
        assert one[field] is None or one[field] != other[field]


def blocks_too_large(facts: Facts, explanation) -> None:
    one, other = described_pair(facts, explanation)
    keys = {key["key"]: key for key in explanation.evidence["keys"]}
    assert keys and all(key["records"] > key["largest_block"] for key in keys.values())
    for field in SINGLE_KEYS:
        agree = one[field] is not None and one[field] == other[field]
        assert agree == (field in keys)
        if agree:
            assert keys[field]["records"] == facts.bearers[field][one[field]]


CHECKS = {
    check.__name__.replace("_", " "): check
    for check in (
        no_identifier_in_common, below_threshold, outweighed, cluster_size_limit, names_several_persons,
        another_person_is_likelier, too_weak, device_of_several_users, identifier_overused, excluded_by_a_person,
        no_key_in_common, blocks_too_large,
    )
}  # fmt: skip
"""Reason -> what raises AssertionError where it does not hold."""
