"""Variants stay with people, whoever turns out to be who: against a model of a few lines."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.experiments.assignment import assign_variants
from tests.experiments.conftest import BEGIN, experiment

RECORDS = "abcdefgh"
WEIGHTS = [{"red": 1, "blue": 1}, {"red": 1, "blue": 9}, {"blue": 1, "red": 1, "green": 3}]
NIGHT = st.tuples(
    st.lists(st.integers(0, 3), min_size=len(RECORDS), max_size=len(RECORDS)),
    st.sets(st.sampled_from(RECORDS)),
    st.sampled_from(WEIGHTS),
)
"""The cluster of each record, who is in the segment, and the weights."""


class People:
    """Who is who, night after night: a customer is called by the first of their records, as long as it has one."""

    def __init__(self) -> None:
        self.customer_of = {record: record for record in RECORDS}
        self.used: set[str] = set()
        self.splits: list[tuple[str, str, int]] = []

    def become(self, clusters: list[int], day: int) -> None:
        before = self.customer_of
        members: dict[int, list[str]] = {}
        for record, cluster in zip(RECORDS, clusters, strict=True):
            members.setdefault(cluster, []).append(record)
        self.customer_of = {record: group[0] for group in members.values() for record in group}
        if self.used:
            self.splits += {
                (self.customer_of[record], previous, day)
                for record, previous in before.items()
                if self.customer_of[record] not in (previous, self.customer_of[previous])
            }
        self.used |= set(self.customer_of.values())

    def write(self, nights, members) -> None:
        customers = set(self.customer_of.values())
        nights.put_customers(customers)
        nights.put("activation.segment_memberships", [(customer, "s") for customer in customers & members])
        aliases = [(one, self.customer_of[one]) for one in sorted(self.used - customers)]
        nights.put("marts.customer_id_aliases", aliases)
        splits = [("split", *pair, BEGIN + timedelta(days=day)) for *pair, day in self.splits]
        nights.put("marts.identity_changes", splits)


def assign(assigned, people, members, weights, day):
    """The model: unit -> (variant, day), one night on."""

    def held(customer, until=day):
        mine = [
            own for unit, own in assigned.items() if people.customer_of[unit] == people.customer_of[customer]
        ]
        return {variant for variant, since in mine if since < until}

    added = {}
    for customer in set(people.customer_of.values()) & members:
        if not held(customer):
            shown = {
                (child, variant)
                for child, parent, when in people.splits
                for variant in (held(parent, when) if child == customer else ())
            }
            (place,) = assign_variants("colour", [customer], list(weights.values()))
            added[customer] = (shown.pop()[1] if len(shown) == 1 else list(weights)[place], day)
    return assigned | added


@settings(max_examples=25, deadline=None)
@given(st.lists(NIGHT, min_size=2, max_size=5))
def test_units_keep_their_variants_through_merges_and_splits(new_nights, planned):
    nights, people, assigned, published = new_nights(), People(), {}, []
    for day, (clusters, members, weights) in enumerate(planned, 1):
        people.become(clusters, day)
        people.write(nights, members)
        tonight = experiment(variants=weights, targeting=["s"])
        for _ in range(2):
            nights.night(day, tonight)
        assigned = assign(assigned, people, members, weights, day)
        assert nights.variants() == {unit: variant for unit, (variant, _) in assigned.items()}
        of_people: dict[str, set[str]] = {}
        for unit, (variant, _) in assigned.items():
            of_people.setdefault(people.customer_of[unit], set()).add(variant)
        excluded = {unit for unit in assigned if len(of_people[people.customer_of[unit]]) > 1}
        assert nights.variants("is_excluded").keys() == excluded
        assert all(
            customer == people.customer_of[unit]
            for unit, customer in nights.ask("select unit_id, customer_id from experiments.assignments")
        )
        if day == 1:
            published = [nights.table(), people.customer_of, set(people.used)]
    first, people.customer_of, people.used = published
    people.splits = [split for split in people.splits if split[2] <= 1]
    people.write(nights, planned[0][1])
    nights.night(1, experiment(variants=planned[0][2], targeting=["s"]), looks_back=True)
    assert nights.table() == first
    nights.connection.close()


def test_two_who_were_shown_different_variants_and_turn_out_to_be_one_count_for_nothing(nights):
    nights.put_customers("abcdefgh")
    nights.night(1, experiment())
    first = {variant: unit for unit, variant in sorted(nights.variants().items(), reverse=True)}
    pair = one, other = first["red"], first["blue"]
    nights.put("operations.experiment_assignments", [])
    nights.put_customers(pair)
    nights.night(1, experiment())
    variants = nights.variants()
    assert variants == {one: "red", other: "blue"}
    nights.put_customers([one])
    nights.put("marts.customer_id_aliases", [(other, one)])
    nights.night(2, experiment())
    assert nights.variants() == variants
    told = nights.ask("select unit_id, customer_id, is_excluded from experiments.assignments")
    assert sorted(told) == sorted([(one, one, True), (other, one, True)])
    # they were two after all
    nights.put_customers(pair)
    nights.put("marts.customer_id_aliases", [])
    nights.night(3, experiment())
    assert nights.variants("not is_excluded") == variants


def test_who_was_taken_for_part_of_somebody_keeps_what_that_one_was_shown(nights):
    nights.put_customers(["a"])
    nights.night(1, experiment())
    (red_or_blue,) = nights.variants().values()
    nights.put_customers(["a", "part", "apart", "newcomer"])
    # one was told apart before anybody was shown anything
    splits = [("part", "a", BEGIN + timedelta(days=2)), ("apart", "a", BEGIN + timedelta(days=1))]
    nights.put("marts.identity_changes", [("split", *split) for split in splits])
    only_another = {"variants": {"green": 1, "grey": 1}, "control": "grey"}
    nights.night(2, experiment(**only_another))
    variants = nights.variants()
    assert variants["part"] == variants["a"] == red_or_blue
    assert {variants["newcomer"], variants["apart"]} <= {"green", "grey"}


def test_those_who_are_gone_leave_units_of_nobody(nights):
    nights.put_customers(RECORDS)
    nights.night(1, experiment())
    variants = nights.variants()
    assert set(variants.values()) == {"red", "blue"}
    nights.put_customers([])
    nights.put("marts.customer_id_aliases", [(one, None) for one in RECORDS])
    nights.night(2, experiment())
    assert nights.variants("customer_id is null and not is_excluded") == variants
