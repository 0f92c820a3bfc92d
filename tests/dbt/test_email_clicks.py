"""How often a click in an e-mail is given to the visitor it is of, by the truth of the sample.

In the sample no click leads to the shop: its e-mails and its sessions are made apart. What its sessions do beside
clicks is therefore all coincidence, and landings are planted on devices of those who clicked.
"""

from __future__ import annotations

import duckdb
import pytest

MODELS = [
    "int_landings_collected",
    "int_email_clicks_prepared",
    "int_email_clicks_paired",
    "int_email_clicks_matched",
]
LANDED = 0.8  # the share of clicks whose landing the site sees: the rest block scripts or refuse consent
TABLES = """
    create schema staging;
    create schema intermediate;
    create table truth as select * from '{truth}/records.parquet' where person_id is not null;
    create table staging.stg_crm__customers as
        select customer_id as customer_id_crm, lower(email) as email
        from read_csv('{landing}/crm/customers/*.csv', union_by_name = true, all_varchar = true);
    create table intermediate.int_email_events_deduplicated as
        select event_id, event_name, lower(email) as email, customer_id as customer_id_email, campaign_id,
            {link} as url, occurred_at::timestamp as occurred_at
        from read_csv('{landing}/email/events/*', all_varchar = true);
    create table intermediate.int_events_deduplicated as
        select row_number() over () as arrival_number, 'clickstream/events' as feed,
            visitor_id as visitor_id_clickstream, visitor_id || session_id as session_id,
            try_cast(occurred_at as timestamp) as occurred_at, page_url, utm_source, utm_medium, utm_campaign
        from read_json('{landing}/clickstream/events/*', map_inference_threshold = -1);
    insert into intermediate.int_events_deduplicated
        select 1000000 + row_number() over (), 'clickstream/events', visitor.source_record_id, click.event_id,
            click.occurred_at + to_seconds(2 + (hash(click.event_id, 'pause') % 60)::bigint), click.url || '?mc_eid=1',
            null, null, null
        from intermediate.int_email_events_deduplicated as click
        join truth as owner on owner.source = 'email'
            and owner.source_record_id = coalesce(click.customer_id_email, click.email)
        join (
            select person_id, min(source_record_id) as source_record_id from truth
            where source = 'clickstream' and record_kind = 'visitor' group by 1
        ) as visitor on visitor.person_id = owner.person_id
        where click.event_name = 'click' and hash(click.event_id, 'landed') % 1000 < {landed} * 1000;
    create table intermediate.int_event_sessions_assigned as
        select arrival_number, visitor_id_clickstream, session_id, occurred_at
        from intermediate.int_events_deduplicated;
    create table intermediate.int_visitors_touched (visitor_id_clickstream varchar);
"""
MATCHES = """
    select count(*), count(*) filter (owner.person_id = visitor.person_id)
    from intermediate.int_email_clicks_matched as clicks
    join truth as owner on owner.source = 'email'
        and owner.source_record_id in (clicks.customer_id_email, clicks.email)
        and owner.record_kind = case when clicks.customer_id_email is null then 'email' else 'customer' end
    join truth as visitor on visitor.source = 'clickstream' and visitor.record_kind = 'visitor'
        and visitor.source_record_id = clicks.visitor_id_clickstream
"""


@pytest.fixture
def matched(project, sample_landing, sample_truth):
    """The pairs that are matched and those that are right, given where links lead and how many landings are planted."""

    def run(link: str, landed: float) -> tuple[int, int]:
        project.release()
        project.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(project.warehouse)) as connection:
            connection.execute(
                TABLES.format(landing=sample_landing, truth=sample_truth, link=link, landed=landed)
            )
        assert project.invoke("run", "--select", *MODELS) == []
        project.release()
        with duckdb.connect(str(project.warehouse), read_only=True) as connection:
            return connection.execute(MATCHES).fetchall()[0]

    return run


def test_clicks_that_lead_nowhere_match_nobody_in_the_sample(matched):
    assert matched("url", 0) == (0, 0)


@pytest.mark.parametrize("link", ["url", "'https://shop.example.com/'"], ids=["product", "home page"])
def test_at_least_97_of_100_matches_are_of_one_person(matched, link):
    found, right = matched(link, LANDED)
    assert found > 80
    assert right / found >= 0.97
