"""`kindred privacy consents`: what it says of the sample, and how it fails."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.common.errors import KindredError

DECIDED = """
    select customer_id, purpose, decided_at, known_at from marts.customer_consent_history
    where kind = ? and purpose in ('marketing_email', 'personalization') and (is_final or customer_id not in (
        select customer_id from marts.customer_consent_history where is_final
    )) order by all limit 1
"""


@pytest.fixture
def ask(sample_night, monkeypatch):
    """Call the command over the sample; an error that a user can mend is raised."""
    monkeypatch.setenv("DATA_DIR", str(sample_night.data_dir))
    monkeypatch.delenv("CONFIG_DIR", raising=False)

    def asked(*arguments):
        called = CliRunner().invoke(command, ["privacy", "consents", *arguments], catch_exceptions=False)
        assert called.exit_code == 0, called.output
        return called.output

    return asked


def _statuses(output):
    return {
        each["purpose"]: (each["status"], each["is_default"], each["decided_at"])
        for each in json.loads(output)["consents"]
    }


def test_today_it_says_what_the_marts_say_by_whatever_the_customer_is_named(ask, published):
    customers = published.execute("""
        select customer_id, min(source || '/' || source_table || '|' || record_kind || '|' || source_record_id)
        from marts.customer_identities where record_kind = 'customer' and customer_id in (
            select customer_id from marts.customer_consents where status = 'denied' and not is_default
        ) group by 1 order by 1 limit 3
    """).fetchall()
    assert len(customers) == 3
    for customer, record in customers:
        rows = published.execute(
            "select purpose, status, is_default, strftime(decided_at, '%Y-%m-%dT%H:%M:%S') from marts.customer_consents"
            " where customer_id = ?",
            [customer],
        ).fetchall()
        expected = {purpose: tuple(rest) for purpose, *rest in rows}
        for name in (customer, record, record.split("|")[2]):
            assert _statuses(ask(name, "--json")) == expected


@pytest.mark.parametrize("kind", ["decision", "unsubscribe", "restrict"])
def test_before_it_was_decided_or_known_something_else_held(ask, published, kind):
    customer, purpose, decided_at, known_at = published.execute(DECIDED, [kind]).fetchone()
    told = ask(customer, "--purpose", purpose, "--at", str(decided_at))
    assert f"by {kind} of {decided_at} UTC, known since {known_at} UTC" in told
    assert len(told.splitlines()) == 2
    before = str(decided_at - timedelta(seconds=1))
    assert f"of {decided_at} UTC" not in ask(customer, "--purpose", purpose, "--at", before)
    nothing = ask(customer, "--known-at", "2001-01-01T00:00:00+02:00")
    assert nothing.count("by default, nobody had decided") == 5
    assert "by what was known at 2000-12-31 22:00:00 UTC" in nothing


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody@x.example"], "the name is no customer, record or id"),
        (["C100004", "--at", "31.01.2026"], "--at is no ISO time; write it as 2026-01-31"),
        (["C100004", "--known-at", "yesterday"], "--known-at is no ISO time"),
    ],
)
def test_what_cannot_be_answered_is_told_without_the_name(ask, arguments, told):
    with pytest.raises(KindredError) as raised:
        ask(*arguments)
    assert told in str(raised.value) and "@" not in str(raised.value)


def test_nothing_is_known_before_a_night(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(KindredError, match="nothing is published yet"):
        ask("C100004")
