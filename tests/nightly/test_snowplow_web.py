"""A night over the known-answer data of Snowplow's own web package: its page views, sessions and users are ours.

The package cuts its input, and Kindred keeps everything, so the views below cut alike, in SQL over published events: an
event sent more than three days after its making is late and does not count; of a session three days count; a session
without a page event that has a page view's id is none. What the two see differently, and the views therefore adjust:

- A session that begins with a ping began `MINIMAL_VISIT` before it for the package; Kindred knows of no earlier moment.
- Of one session id under three browser ids the package makes one session of the first browser; Kindred makes three,
  since a session there is one visitor's. The views go by the source's session id, which stays in `parameters`.
- An event without a browser id has no user for the package; Kindred takes the collector's cookie for its visitor.
- Engaged time counts pings, `HEARTBEAT` seconds apart; Kindred publishes the pings and no sum of them.
- Scroll depth comes from pings alone, where the package also takes the window's height on pages without any.
"""

from __future__ import annotations

import pytest
from layouts import PUBLIC

HEARTBEAT, MINIMAL_VISIT = 10, 5
"""In seconds, as the package's settings have them."""
FEED, _ = PUBLIC["snowplow"]
VIEWS = f"""
create temp view events as
select
    *,
    parameters->>'domain_sessionid' as source_session_id,
    parameters->>'page_view_id' as page_view_id,
    parameters->>'event_name' in ('page_view', 'page_ping') as is_page_event,
    parameters->>'event_name' = 'page_ping' as is_ping,
    (parameters->>'dvce_created_tstamp')::timestamp as made_at,
    (parameters->>'dvce_sent_tstamp')::timestamp as sent_at,
    (parameters->>'collector_tstamp')::timestamp as collected_at
from marts.fct_events where feed = '{FEED}';

create temp view counted as
with timely as (
    select *, min(collected_at) over (partition by source_session_id) as session_collected_at
    from events where source_session_id is not null and sent_at <= made_at + interval 3 day
)
select * from timely where collected_at <= session_collected_at + interval 3 day;

create temp view sessions as
select
    source_session_id,
    arg_min(visitor_id, occurred_at) as visitor_id,
    min(occurred_at) - case when arg_min(is_ping, occurred_at) then to_seconds({MINIMAL_VISIT}) else to_seconds(0) end
        as started_at,
    max(occurred_at) as ended_at,
    count(distinct page_view_id) filter (is_page_event) as page_views,
    count(distinct (page_view_id, epoch(made_at)::bigint // {HEARTBEAT})) filter (is_ping) as pings,
    count(distinct page_view_id) filter (is_ping) as pinged_views,
    {HEARTBEAT} * (pings - pinged_views) + {MINIMAL_VISIT} * pinged_views as engaged_seconds,
    count(*) as event_count
from counted group by 1 having page_views > 0;

create temp view page_views as
select page_view_id, min(occurred_at) as viewed_at, any_value(source_session_id) as source_session_id
from counted where is_page_event and not is_ping and page_view_id is not null group by 1;
"""


@pytest.fixture(scope="module")
def night(shared_data, layouts_night):
    """Published tables of one night over the events among others, with VIEWS, and what the package expects of them."""
    data = shared_data("snowplow_web") / "data"
    connection = layouts_night.cursor()
    connection.execute("use published")
    connection.execute(VIEWS)
    for folder_and_name in ("default/sessions", "page_views", "users"):
        path, _, name = folder_and_name.rpartition("/")
        file = data / "expected" / path / f"snowplow_web_{name}_expected.csv"
        connection.execute(f"create temp view expected_{name} as select * from read_csv('{file}')")
    yield connection
    connection.close()


def _differing(night, ours, expected):
    """Rows that only one of the two queries gives."""
    return night.execute(
        f"({ours} except all {expected}) union all ({expected} except all {ours})"
    ).fetchall()


def test_repeated_event_ids_are_one_event_and_nothing_else_is_lost(night):
    """160 rows, of which three repeat the id of another."""
    assert night.execute(f"""
        select rows_in, rows_loaded, rows_rejected from quality.ingested_files where starts_with(file_path, '{FEED}/')
    """).fetchall() == [(160, 160, 0)]  # fmt: skip
    assert night.execute("select count(*) from events").fetchall() == [(157,)]


def test_page_views_are_the_expected_ones(night):
    assert night.execute("select count(*) from page_views").fetchall() == [(43,)]
    assert not _differing(
        night,
        """
        select page_view_id, viewed_at, source_session_id, visitor_id
        from page_views join sessions using (source_session_id)
        """,
        """
        select page_view_id, derived_tstamp, domain_sessionid, coalesce(domain_userid, network_userid)
        from expected_page_views
        """,
    )


def test_pages_are_scrolled_as_far_as_their_pings_say(night):
    assert night.execute("""
        select count(*), count(*) filter (ours.scrolled = theirs.vertical_percentage_scrolled)
        from (select page_view_id, max(scroll_percent) as scrolled from counted where is_ping group by 1) as ours
        join expected_page_views as theirs using (page_view_id)
    """).fetchall() == [(2, 2)]  # fmt: skip


def test_sessions_are_the_expected_ones(night):
    assert night.execute("select count(*) from sessions").fetchall() == [(18,)]
    assert not _differing(
        night,
        """
        select source_session_id, visitor_id, started_at, ended_at, page_views, engaged_seconds, event_count
        from sessions
        """,
        """
        select domain_sessionid, coalesce(domain_userid, network_userid), start_tstamp, end_tstamp, page_views,
            engaged_time_in_s, total_events
        from expected_sessions
        """,
    )


def test_users_are_the_expected_ones(night):
    assert not _differing(
        night,
        """
        select visitor_id, min(started_at), max(ended_at), sum(page_views), count(*), sum(engaged_seconds) from sessions
        where visitor_id in (select parameters->>'domain_userid' from events)
        group by 1
        """,
        """
        select domain_userid, start_tstamp, end_tstamp, page_views, sessions, engaged_time_in_s from expected_users
        """,
    )


def test_our_own_sessions_are_the_packages_where_it_cut_and_merged_nothing(night):
    """All 18 but two cut at three days, one of three browsers, and the starts of three that begin with a ping."""
    assert night.execute("""
        select
            count(*),
            count(*) filter (ours.started_at = theirs.start_tstamp),
            count(*) filter (ours.ended_at = theirs.end_tstamp),
            count(*) filter (ours.event_count = theirs.total_events),
            count(*) filter (ours.visitor_id = coalesce(theirs.domain_userid, theirs.network_userid)),
            count(*) filter (ours.device_type = lower(theirs.device_category)),
            count(*) filter (ours.utm_source is not distinct from theirs.mkt_source),
            count(*) filter (ours.utm_campaign is not distinct from theirs.mkt_campaign)
        from (select distinct session_id, source_session_id from events) as named
        join marts.fct_sessions as ours using (session_id)
        join expected_sessions as theirs on named.source_session_id = theirs.domain_sessionid
        where theirs.user_id not in ('long session', 'Unexpired session', 'Rotating domain_userid per session')
    """).fetchall() == [(15, 12, 15, 15, 15, 15, 15, 15)]  # fmt: skip


def test_a_session_id_of_three_browsers_is_three_sessions_of_ours(night):
    assert night.execute("""
        select count(distinct session_id), count(distinct source_session_id), count(distinct visitor_id) from events
        where parameters->>'domain_sessionid' in (
            select domain_sessionid from expected_sessions where user_id = 'Rotating domain_userid per session')
    """).fetchall() == [(3, 1, 3)]  # fmt: skip


def test_every_session_is_published_once(night):
    """46 ids; one of them under three browsers, and one event without an id, which is a session of its own: 49."""
    ours = "select count(*) from marts.fct_sessions where session_id in (select session_id from events)"
    assert night.execute(ours).fetchall() == [(49,)]
