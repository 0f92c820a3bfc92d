"""Whatever happens from night to night, ids stay those of the same persons, and the log tells what changed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from itertools import groupby

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

RECORDS = "abcdef"
OWNER = {"c_" + hashlib.md5(record.encode()).hexdigest(): record for record in RECORDS}
ABSENT = -1
LABELS = st.integers(0, len(RECORDS) - 1)
PLAN = st.lists(LABELS, min_size=len(RECORDS), max_size=len(RECORDS))
"""Of each record, the person whom it is taken for."""
PLAN_WITH_GAPS = st.lists(st.one_of(st.just(ABSENT), LABELS), min_size=len(RECORDS), max_size=len(RECORDS))
COMES = st.lists(st.integers(0, 3), min_size=len(RECORDS), max_size=len(RECORDS))
"""Of each record, the night in which it arrives."""
histories = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def customers_of(plan, seen: Collection[str] = RECORDS):
    """The records that share a label, without those that are absent."""
    groups = defaultdict(list)
    for record, label in zip(RECORDS, plan, strict=True):
        if label != ABSENT and record in seen:
            groups[label].append(record)
    return list(groups.values())


def arrived(comes, night):
    return [record for record, first in zip(RECORDS, comes, strict=True) if first <= night]


def members(ids):
    """Each id with the records that have it."""
    groups = defaultdict(set)
    for record, customer_id in ids.items():
        groups[customer_id].add(record)
    return groups


def without_builds(log):
    return [[line[1:] for line in lines] for _, lines in groupby(log, key=lambda line: line[0])]


def replay(log, used):
    """What each id means at the end, by the log alone: id -> id, or None for nobody."""
    means = {customer_id: customer_id for customer_id in used}
    for _, lines in groupby(log, key=lambda line: line[0]):
        changes = list(lines)
        moved = {previous: now for _, change, now, previous in changes if change == "merged"}
        gone = {now for _, change, now, _ in changes if change == "tombstoned"}
        in_use = {now for _, change, now, _ in changes if change in ("split", "restored")}
        before = dict(means)
        for customer_id, meant in before.items():
            if customer_id in moved:
                means[customer_id] = moved[customer_id]
            elif customer_id in in_use:
                means[customer_id] = customer_id
            elif meant in gone:
                means[customer_id] = None
            else:
                means[customer_id] = moved.get(meant, meant)
    return means


@histories
@given(plans=st.lists(PLAN_WITH_GAPS, min_size=2, max_size=6))
def test_every_id_ever_published_resolves_and_the_log_tells_how(new_nights, plans):
    nights = new_nights()
    for plan in plans:
        nights.night(customers_of(plan))
        ids = nights.ids()
        clusters = sorted(map(sorted, customers_of(plan)))
        assert sorted(map(sorted, members(ids).values())) == clusters
        means = nights.meanings()
        assert set(means) == nights.published
        for customer_id, current in means.items():
            record = OWNER[customer_id]
            assert current == ids[record] if record in ids else current in {None, *ids.values()}
        assert replay(nights.log(), nights.published) == means


@histories
@given(plans=st.lists(PLAN_WITH_GAPS, min_size=2, max_size=6))
@example(plans=[[-1, 0, -1, 0, -1, -1], [1, -1, -1, 1, -1, -1], [0, 1, -1, -1, -1, -1]])
# c, merged into e's customer while it was gone, came back and took the id from b, who had stayed
@example(
    plans=[[-1, -1, -1, -1, 0, -1], [-1, 0, 0, -1, -1, -1], [-1, 1, -1, -1, 1, -1], [-1, 0, 1, -1, -1, -1]]
)
def test_a_customer_keeps_the_id_when_records_vanish_or_new_ones_join(new_nights, plans):
    nights = new_nights()
    known: set[str] = set()
    before: dict[str, set[str]] = {}
    bearers: dict[str, set[str]] = defaultdict(set)
    for plan in plans:
        nights.night(customers_of(plan))
        now = members(nights.ids())
        for customer_id, records in before.items():
            there = set().union(*now.values())
            left = records & there
            for new_id, new_records in now.items():
                # who bore the id before, was gone and is back, has as good a claim to it as those who stayed
                came_back = ({OWNER[customer_id]} | bearers[customer_id]) & there - records
                if left and new_records & known == left and not came_back:
                    assert new_id == customer_id
        known |= set(nights.ids())
        for customer_id, records in now.items():
            bearers[customer_id] |= records
        before = now


@histories
@given(
    plans=st.lists(PLAN_WITH_GAPS, min_size=2, max_size=4),
    broken=st.lists(st.one_of(st.none(), PLAN_WITH_GAPS), min_size=4, max_size=4),
)
def test_killed_nights_and_full_rebuilds_leave_no_trace(new_nights, plans, broken):
    whole, interrupted = new_nights(), new_nights()
    for day, (plan, killed) in enumerate(zip(plans, broken, strict=False)):
        whole.night(customers_of(plan), day=day)
        if killed is not None:
            interrupted.night(customers_of(killed), day=day, ends=False)
            interrupted.forget()
        interrupted.night(customers_of(plan), day=day)
        if killed is not None:
            interrupted.forget()
            interrupted.night(customers_of(plan), day=day)
        assert interrupted.ids() == whole.ids()
        assert interrupted.meanings() == whole.meanings()
    assert without_builds(interrupted.log()) == without_builds(whole.log())


@histories
@given(
    final=PLAN,
    takes=st.lists(st.tuples(COMES, st.lists(PLAN, min_size=3, max_size=3)), min_size=2, max_size=2),
)
def test_whatever_the_batches_every_id_of_either_history_means_the_same_records(new_nights, final, takes):
    histories_of_ids = []
    for comes, plans in takes:
        nights = new_nights()
        for number, plan in enumerate([*plans, final]):
            nights.night(customers_of(plan, arrived(comes, number)))
        assert len(members(nights.ids())) == len(set(final))
        histories_of_ids.append(nights)
    one, other = histories_of_ids
    for customer_id in one.published | other.published:
        meant = [
            members(nights.ids())[nights.meanings()[customer_id]]
            for nights in histories_of_ids
            if customer_id in nights.published
        ]
        (same,) = [set(cluster) for cluster in customers_of(final) if OWNER[customer_id] in cluster]
        assert all(records == same for records in meant)


@histories
@given(
    comes=COMES,
    plans=st.lists(PLAN, min_size=4, max_size=4),
    joined=st.lists(st.tuples(LABELS, LABELS), min_size=3, max_size=3),
)
def test_who_merged_and_parted_has_the_ids_of_a_history_in_which_they_never_merged(
    new_nights, comes, plans, joined
):
    never, merged = new_nights(), new_nights()
    for number, plan in enumerate(plans):
        never.night(customers_of(plan, arrived(comes, number)))
        one, other = joined[number] if number < len(joined) else (0, 0)
        together = [one if label == other else label for label in plan]
        merged.night(customers_of(together, arrived(comes, number)))
    assert merged.ids() == never.ids()


@histories
@given(
    plans=st.lists(PLAN_WITH_GAPS, min_size=1, max_size=3),
    back=st.lists(PLAN_WITH_GAPS, min_size=1, max_size=2),
    after=PLAN,
)
def test_a_look_back_leaves_no_trace_but_ids_that_resolve(new_nights, plans, back, after):
    nights = new_nights()
    for plan in plans:
        nights.night(customers_of(plan))
    ids, (_, log, night) = nights.ids(), nights.state()
    seen = {record for plan in plans for record, label in zip(RECORDS, plan, strict=True) if label != ABSENT}
    for plan in back:
        nights.night(customers_of(plan, seen), day=-9)
    assert nights.state()[1:] == [log, night]
    nights.night(customers_of(plans[-1]))
    assert nights.ids() == ids
    assert nights.state()[1] == log
    for plan in back:
        nights.night(customers_of(plan), day=-9)
    nights.night(customers_of(after))
    assert {key: nights.ids()[OWNER[key]] for key in nights.published} == nights.meanings()
