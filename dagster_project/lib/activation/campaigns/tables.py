"""Campaigns as tables of `operations`, one row a campaign, step, segment, ending event and scheduled instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import duckdb

from dagster_project.lib.activation.campaigns.campaigns import Campaign, Campaigns, Weekday
from dagster_project.lib.common.warehouse import transaction

CAMPAIGNS = "operations.campaigns"
STEPS, SEGMENTS = "operations.campaign_steps", "operations.campaign_segments"
EXITS, TIMES = "operations.campaign_exits", "operations.campaign_times"
_COLUMNS = {
    CAMPAIGNS: """campaign varchar, trigger_segment varchar, trigger_event varchar, ends_with_purchase boolean,
        ends_with_segment boolean, holdout double, expires_hours double, priority integer,
        most_per_day integer, most_per_week integer, again_after_days double, is_mailed boolean""",
    STEPS: "campaign varchar, step integer, template varchar, offer varchar, after_hours double",
    SEGMENTS: "campaign varchar, segment varchar, is_excluded boolean",
    EXITS: "campaign varchar, event_name varchar",
    TIMES: "campaign varchar, weekday integer, hour integer",
}


def write_campaigns(
    connection: duckdb.DuckDBPyConnection, campaigns: Campaigns, *, is_mailed: bool = False
) -> None:
    """Make the tables hold these campaigns and no others. is_mailed: whether Kindred itself sends their messages."""
    with transaction(connection):
        for table, columns in _COLUMNS.items():
            connection.execute(f"create or replace table {table} ({columns})")
        for campaign in campaigns.campaigns:
            for table, row in _rows_of(campaign, campaigns, is_mailed):
                marks = ", ".join("?" * len(row))
                connection.execute(f"insert into {table} values ({marks})", row)


def _rows_of(campaign: Campaign, campaigns: Campaigns, is_mailed: bool) -> Iterator[tuple[str, list[object]]]:
    name, trigger, ending = campaign.name, campaign.trigger, campaign.exit
    yield CAMPAIGNS, [
        name, trigger.segment, trigger.event, ending.purchase, ending.left_segment and trigger.segment is not None,
        campaign.holdout, campaign.expires_hours, campaign.priority, campaigns.caps.per_day,
        campaigns.caps.per_week, campaign.again_after_days, is_mailed,
    ]  # fmt: skip
    for number, step in enumerate(campaign.steps, start=1):
        yield STEPS, [name, number, step.template, step.offer, step.after_hours]
    for segments, is_excluded in (
        (campaign.audience.segments, False),
        (campaign.audience.not_segments, True),
    ):
        for segment in dict.fromkeys(segments):
            yield SEGMENTS, [name, segment, is_excluded]
    for event in dict.fromkeys(ending.events):
        yield EXITS, [name, event]
    if trigger.schedule is not None:
        yield TIMES, [name, get_args(Weekday).index(trigger.schedule.weekday) + 1, trigger.schedule.hour]
