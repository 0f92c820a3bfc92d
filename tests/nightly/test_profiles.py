"""Every profile of the sample fits the schema that the docs promise, and stays with its owner."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "customer_profile.schema.json"


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture
def profiles(published) -> list[dict]:
    return [
        json.loads(text)
        for (text,) in published.execute("select profile from marts.customer_profiles").fetchall()
    ]


def test_every_profile_fits_the_schema_with_its_keys_in_order(profiles, validator, published):
    (customers,) = published.execute("select count(*) from marts.dim_customers").fetchone()
    assert len(profiles) == customers > 0
    for profile in profiles:
        assert list(profile) == list(validator.schema["properties"])
        validator.validate(profile)


@pytest.mark.parametrize(
    "change",
    [
        lambda profile: profile.pop("lifecycle"),
        lambda profile: profile.update(segments=[]),
        lambda profile: profile["lifecycle"].update(state="asleep"),
        lambda profile: profile["demographics"].pop("email"),
        lambda profile: profile.update(as_of="yesterday"),
        lambda profile: profile["interests"].append({"category": "tea", "interest": 1.5}),
    ],
)
def test_the_schema_refuses_what_is_no_profile(profiles, validator, change):
    profile = next(profile for profile in profiles if len(profile["interests"]) < 10)
    change(profile)
    assert not validator.is_valid(profile)


def test_a_profile_tells_the_latest_activity_first_and_the_strongest_interest(profiles):
    busy = [profile for profile in profiles if len(profile["recent_activity"]) == 20]
    assert busy
    for profile in profiles:
        moments = [activity["occurred_at"] for activity in profile["recent_activity"]]
        interests = [interest["interest"] for interest in profile["interests"]]
        assert moments == sorted(moments, reverse=True)
        assert interests == sorted(interests, reverse=True)
        assert sum(interests) == pytest.approx(1) or len(interests) in (0, 10)


def test_analysts_get_no_profile(sample_night):
    with duckdb.connect(str(sample_night.snapshot / "analyst.duckdb"), read_only=True) as analyst:
        assert (
            analyst.execute("select * from marts.customer_profiles limit 0").description[0][0]
            == "customer_id"
        )
        assert len(analyst.execute("describe marts.customer_profiles").fetchall()) == 1
