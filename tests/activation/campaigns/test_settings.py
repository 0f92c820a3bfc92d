"""What offers.yml and campaigns.yml may say, what is refused and how, and the tables that they become."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.activation.campaigns.campaigns import load_campaigns
from dagster_project.lib.activation.campaigns.checking import check_campaigns
from dagster_project.lib.activation.campaigns.offers import load_offers, write_offers
from dagster_project.lib.activation.campaigns.tables import write_campaigns
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.dbt_project.project import segment_names

PROJECT = Path(__file__).resolve().parents[3]


def test_without_files_there_are_none(tmp_path):
    assert load_offers(tmp_path).offers == []
    assert load_campaigns(tmp_path).campaigns == []
    check_campaigns(tmp_path, [])


def test_the_example_names_only_what_there_is():
    check_campaigns(PROJECT / "examples" / "campaigns" / "config", segment_names())


OFFER = "offers:\n  - {name: tea, kind: discount, title: Tea"
CAMPAIGN = "campaigns:\n  - name: tea\n    trigger: {segment: carts}\n    steps: [{template: win_back}]\n"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("offers.yml", f"{OFFER}}}\n", "line 2: offers.0: Value error, a discount has either a percent or an amount"),
        ("offers.yml", f"{OFFER}, percent: 5, amount: 5}}\n", "either a percent or an amount"),
        ("offers.yml", f"{OFFER}, percent: 0}}\n", "offers.0.percent"),
        ("offers.yml", f"{OFFER}, amount: 5, starts_on: 2026-02-01, ends_on: 2026-01-31}}\n", "ends before it starts"),
        ("offers.yml", "offers:\n  - {name: x, kind: category_banner, title: X}\n", "needs its category"),
        ("offers.yml", f"{OFFER}, percent: 5}}\n  - {{name: tea, kind: urgency, title: T}}\n", "'tea' stands twice"),
        ("campaigns.yml", CAMPAIGN.replace("carts", "a, event: b"), "exactly one of segment, event"),
        ("campaigns.yml", CAMPAIGN.replace("{segment: carts}", "{}"), "exactly one of segment, event"),
        ("campaigns.yml", CAMPAIGN.replace("[{template: win_back}]", "[]"), "campaigns.0.steps"),
        (
            "campaigns.yml",
            CAMPAIGN.replace("[{template: win_back}]", "[{template: a, after_hours: 2}, {template: b}]"),
            "a step comes no earlier than the one before it",
        ),
        ("campaigns.yml", CAMPAIGN.replace("segment: carts", "event: purchase"), "would be ended by it"),
        ("campaigns.yml", CAMPAIGN + "    expires_hours: 721\n", "campaigns.0.expires_hours"),
        ("campaigns.yml", CAMPAIGN + "    holdout: 1\n", "campaigns.0.holdout"),
        ("campaigns.yml", CAMPAIGN + CAMPAIGN.removeprefix("campaigns:\n"), "'tea' stands twice"),
        ("campaigns.yml", CAMPAIGN + "    tigger: x\n", "use one of: again_after_days, audience, description"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_file_and_key(tmp_path, file, text, said):
    (tmp_path / file).write_text(text)
    with pytest.raises(KindredError, match=re.escape(said)) as caught:
        load_offers(tmp_path)
        load_campaigns(tmp_path)
    assert file in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "campaigns.yml", CAMPAIGN.replace("carts", "crats"),
            "names the segment 'crats', which there is not; segments there are: carts",
        ),
        ("campaigns.yml", CAMPAIGN + "    audience: {not_segments: [x]}\n", "names the segment 'x'"),
        ("campaigns.yml", CAMPAIGN.replace("win_back", "win_bakc"), "names the template 'win_bakc'"),
        ("campaigns.yml", CAMPAIGN.replace("win_back", "homepage"), "names the template 'homepage'"),
        (
            "campaigns.yml", CAMPAIGN.replace("win_back", "win_back, offer: gift"),
            "names the offer 'gift', which there is not; offers there are: none",
        ),
        (
            "campaigns.yml", CAMPAIGN.replace("[{template: win_back}]", "[{template: win_back}, {template: win_back}]"),
            "sends the template win_back, which tea sends too",
        ),
        ("offers.yml", f"{OFFER}, percent: 5, segments: [x]}}\n", "the offer tea names the segment 'x'"),
        ("templates/banner/template.yml", "kind: banner\naudience: [x]\n", "template.yml names the segment 'x'"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_told_with_those_there_are(tmp_path, file, text, said):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    with pytest.raises(KindredError, match=re.escape(said)):
        check_campaigns(tmp_path, ["carts"])


def test_what_the_files_say_is_what_the_tables_hold(tmp_path):
    (tmp_path / "offers.yml").write_text(
        f"{OFFER}, percent: 5, segments: [a, a], not_segments: [b], ends_on: 2026-01-31, most_customers: 3}}\n"
    )
    (tmp_path / "campaigns.yml").write_text(
        "caps: {per_day: 2}\n" + CAMPAIGN
        + "    again_after_days: 1.5\n"
            "    exit: {purchase: false, events: [sign_up]}\n    audience: {segments: [a], not_segments: [b]}\n"
        "  - name: letter\n    trigger: {schedule: {weekday: saturday, hour: 9}}\n"
        "    steps: [{template: one}, {template: two, offer: tea, after_hours: 1.5}]\n    holdout: 0.1\n"
    )  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        for _ in range(2):
            write_offers(connection, load_offers(tmp_path))
            write_campaigns(connection, load_campaigns(tmp_path), is_mailed=True)
        ask = {
            table: connection.execute(f"select {columns} from operations.{table} order by all").fetchall()
            for table, columns in {
                "offers": "offer, kind, title, percent, amount, ends_on::varchar, priority, most_customers",
                "offer_segments": "*", "campaigns": "*", "campaign_steps": "*", "campaign_segments": "*",
                "campaign_exits": "*", "campaign_times": "*",
            }.items()
        }  # fmt: skip
    assert ask == {
        "offers": [("tea", "discount", "Tea", 5.0, None, "2026-01-31", 100, 3)],
        "offer_segments": [("tea", "a", False), ("tea", "b", True)],
        "campaigns": [
            ("letter", None, None, True, False, 0.1, 72.0, 100, 2, 3, 0.0, True),
            ("tea", "carts", None, False, True, 0.0, 72.0, 100, 2, 3, 1.5, True),
        ],
        "campaign_steps": [
            ("letter", 1, "one", None, 0.0), ("letter", 2, "two", "tea", 1.5), ("tea", 1, "win_back", None, 0.0),
        ],
        "campaign_segments": [("tea", "a", False), ("tea", "b", True)],
        "campaign_exits": [("tea", "sign_up")],
        "campaign_times": [("letter", 6, 9)],
    }  # fmt: skip
