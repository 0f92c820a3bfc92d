"""Whatever happens from night to night, memberships keep their rules and the history gives back every night."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Definition, day

CUSTOMERS = "abcdef"
SEGMENTS = ("carts", "browsers", "buyers", "openers")
ENTRIES = st.dictionaries(
    st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(SEGMENTS)),
    # of a night on day n, days after it have not happened: the night takes the earlier of the two
    st.integers(0, 24).map(lambda quarter: quarter / 4),
    max_size=16,
)
DEFINITIONS = st.dictionaries(
    st.sampled_from(SEGMENTS),
    st.builds(
        Definition,
        st.integers(1, 3),
        st.sampled_from([None, "intent", "habit"]),
        minimum_size=st.integers(0, 3),
    ),
)
NIGHTS = st.lists(st.tuples(ENTRIES, DEFINITIONS), min_size=1, max_size=5)
MERGES = st.lists(st.sampled_from([{}, {"a": "b"}, {"c": "d", "e": "d"}]), min_size=5, max_size=5)
histories = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def seen(members, definitions, number, aliases=()):
    """What the night on this day may see: segments that there are, customers of today, nothing of the future."""
    return {
        (who, segment): min(since, number)
        for (who, segment), since in members.items()
        if segment in definitions and who not in aliases
    }


def settle(members, definitions):
    """Memberships by the documented rules, in Python: sizes first, then groups, then sizes again."""
    met = Counter(segment for _, segment in members)
    large = {pair for pair in members if met[pair[1]] >= definitions[pair[1]].minimum_size}
    rivals = defaultdict(list)
    for who, segment in large:
        one = definitions[segment]
        rivals[who, one.group or segment].append((one.priority, segment))
    left = {(who, min(ranks)[1]) for (who, _), ranks in rivals.items()}
    sizes = Counter(segment for _, segment in left)
    return {pair for pair in left if sizes[pair[1]] >= definitions[pair[1]].minimum_size}


@histories
@given(plan=NIGHTS)
def test_memberships_follow_sizes_and_groups_and_one_is_primary(new_nights, plan):
    nights = new_nights()
    for number, (members, definitions) in enumerate(plan, start=1):
        met = seen(members, definitions, number)
        nights.night(met, definitions)
        kept = settle(met, definitions)
        rows = nights.ask("select customer_id, segment, is_primary from activation.segment_memberships")
        assert sorted(row[:2] for row in rows) == sorted(kept)
        best = {
            who: min((definitions[segment].priority, segment) for one, segment in kept if one == who)[1]
            for who, _ in kept
        }
        assert {(who, segment) for who, segment, is_primary in rows if is_primary} == set(best.items())
        sizes = Counter(segment for _, segment in kept)
        published = dict(nights.ask("select segment, customers from activation.segments where is_published"))
        assert {segment: size for segment, size in published.items() if size} == sizes
        shared = Counter(
            (one, other) for who, one in kept for other in SEGMENTS if other != one and (who, other) in kept
        )
        overlaps = nights.ask(
            "select segment, other_segment, customers, share, jaccard from activation.segment_overlaps"
        )
        assert {(one, other): count for one, other, count, _, _ in overlaps} == shared
        for one, other, count, share, jaccard in overlaps:
            assert share == count / sizes[one]
            assert jaccard == count / (sizes[one] + sizes[other] - count)


@histories
@given(plan=NIGHTS, merges=MERGES)
def test_the_history_gives_back_the_members_of_every_night(new_nights, plan, merges):
    nights = new_nights()
    published = {}
    for number, ((members, definitions), aliases) in enumerate(zip(plan, merges, strict=False), start=1):
        nights.night(seen(members, definitions, number, aliases), definitions, aliases=aliases)
        published[number] = nights.members()
        before = published.get(number - 1, set())
        told = {event: set() for event in ("entered", "exited")}
        for who, segment, event, _, _ in nights.events():
            told[event].add((who, segment))
        assert told == {"entered": published[number] - before, "exited": before - published[number]}
    for number, members in published.items():
        assert nights.members_on(day(number)) == members
    stays = defaultdict(list)
    for who, segment, entered_at, exited_at, *_ in nights.history():
        assert exited_at is None or entered_at < exited_at
        stays[who, segment].append((entered_at, exited_at))
    for spans in stays.values():
        spans.sort()
        for (_, ended), (begun, _) in pairwise(spans):
            assert ended is not None
            assert ended <= begun


@histories
@given(plan=NIGHTS, killed=st.lists(st.tuples(ENTRIES, DEFINITIONS), min_size=5, max_size=5))
def test_killed_nights_repeated_nights_and_look_backs_leave_no_trace(new_nights, plan, killed):
    whole, disturbed = new_nights(), new_nights()
    for number, ((members, definitions), (other, others)) in enumerate(
        zip(plan, killed, strict=False), start=1
    ):
        whole.night(seen(members, definitions, number), definitions)
        disturbed.night(seen(other, others, number), others, ends=False)
        disturbed.night(seen(other, others, number), others, on=number)
        disturbed.night(seen(members, definitions, number), definitions, on=number)
        assert disturbed.events() == whole.events()
        assert disturbed.history() == whole.history()
        disturbed.night(seen(other, others, number - 1), others, on=number - 1)
        assert disturbed.kept() == whole.kept()
