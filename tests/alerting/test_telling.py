"""An alert goes to whom alerts.yml names, once a night and cause, and one that does not arrive stops nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from dagster_project.lib.alerting.alerts import Cause
from dagster_project.lib.alerting.settings import FILE, load_alert_settings
from dagster_project.lib.common.errors import KindredError
from tests.alerting.conftest import NOW

WEBHOOK = 'webhook: {url: "http://127.0.0.1:${PORT}/alerts", headers: {Authorization: "Bearer ${TOKEN}"}}\n'
MAIL = (
    "mail: {port: %d, sender: {address: kindred@shop.example, name: Kindred},"
    " to: [ann@shop.example, bob@shop.example]}\n"
)


@pytest.fixture(autouse=True)
def log(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("kindred"), "propagate", True)
    caplog.set_level(logging.INFO, "kindred")
    return caplog


@pytest.fixture
def posting(teller, listener):
    (teller.config_dir / FILE).write_text(WEBHOOK)
    return replace(teller, environ={"PORT": str(listener.port), "TOKEN": "hush"})


def test_without_a_file_an_alert_stands_in_the_log(teller, alert, log):
    assert teller.tell(alert, NOW) == 0
    assert "The night is unlike earlier ones (2026-03-02 04:00 UTC)" in log.text
    assert "feed_volume of pos/orders, row_count: 10, expected 900 to 1,100" in log.text
    assert "look (docs/operations.md#feed-volume)" in log.text


def test_a_webhook_gets_text_and_parts_as_json_with_its_secrets_from_the_environment(
    posting, listener, alert
):
    assert posting.tell(alert, NOW) == 1
    ((headers, document),) = listener.posted
    assert headers["Authorization"] == "Bearer hush"
    assert headers["Content-Type"] == "application/json"
    assert document["topic"] == "anomalies"
    assert document["as_of"] == "2026-03-02T04:00:00Z"
    assert document["run_id"] == "run-1"
    assert document["causes"][1] == {
        "subject": "feed_volume of crm/customers, row_count",
        "what": "10, expected 900 to 1,100",
        "remedy": "look",
        "guide": "docs/operations.md#feed-volume",
        "severity": "error",
    }
    assert "crm/customers" in document["text"]


def test_everybody_is_written_to(teller, mailbox, alert):
    (teller.config_dir / FILE).write_text(MAIL % mailbox.port)
    assert teller.tell(alert, NOW) == 1
    assert mailbox.recipients == ["ann@shop.example", "bob@shop.example"]
    message = mailbox.messages["bob@shop.example"]
    assert message["From"] == "Kindred <kindred@shop.example>"
    assert message["Subject"] == "Kindred: The night is unlike earlier ones (2026-03-02 04:00 UTC)"
    assert "feed_volume of pos/orders" in message.get_content()


def test_a_cause_is_told_once_a_night_whatever_run_finds_it_and_a_new_one_is_told_alone(
    posting, listener, alert
):
    posting.tell(alert, NOW)
    again = replace(alert, run_id="run-2", as_of=NOW + timedelta(minutes=5))
    assert posting.tell(again, NOW + timedelta(hours=1)) == 0
    other = Cause("table_volume of marts.dim_customers", "0", "look", "docs/operations.md#table-volume")
    assert posting.tell(replace(again, causes=(*alert.causes, other)), NOW + timedelta(hours=2)) == 1
    assert [cause["subject"] for cause in listener.posted[1][1]["causes"]] == [other.subject]
    assert len(listener.posted) == 2


@pytest.mark.parametrize("later", [{"now": NOW + timedelta(days=1)}, {"as_of": NOW - timedelta(days=1)}])
def test_another_night_is_told_of_anew(posting, listener, alert, later):
    posting.tell(alert, NOW)
    posting.tell(replace(alert, as_of=later.get("as_of", NOW)), later.get("now", NOW))
    assert len(listener.posted) == 2


def test_an_alert_that_did_not_arrive_is_told_in_the_log_and_tried_by_the_next_run(
    posting, listener, alert, log
):
    listener.status = 503
    assert posting.tell(alert, NOW) == 0
    assert "warning: the webhook of alerts.yml was not told: it answers 503" in log.text
    assert len(listener.posted) == 3
    listener.status = 200
    assert posting.tell(alert, NOW) == 1


def test_of_two_channels_one_that_fails_does_not_hold_back_the_other(teller, mailbox, alert, log):
    (teller.config_dir / FILE).write_text('webhook: {url: "${NOT_SET}"}\n' + MAIL % mailbox.port)
    assert teller.tell(alert, NOW) == 1
    assert "was not told: the environment of the night does not have NOT_SET" in log.text
    assert len(mailbox.arrived) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('webhook: {url: "http://127.0.0.1:9/secret"}', "it cannot be reached (ConnectError)"),
        ('webhook: {url: "no url"}', "it cannot be reached"),
        ("mail: {port: 9, sender: {address: a@b.example}, to: [c@d.example]}", "localhost cannot be reached"),
        (
            "mail: {user_env: USER_ENV, password_env: PASS_ENV, sender: {address: a@b.example}, to: [c@d.example]}",
            "alerts.yml: mail wants the environment variable USER_ENV",
        ),
    ],
)
def test_what_keeps_an_alert_back_is_told_without_secrets(teller, alert, log, text, told):
    (teller.config_dir / FILE).write_text(text)
    assert teller.tell(alert, NOW) == 0
    assert told in log.text
    assert "secret" not in log.text


def test_a_recipient_whom_the_server_refuses_is_counted(teller, mailbox, alert, log):
    (teller.config_dir / FILE).write_text(MAIL % mailbox.port)
    mailbox.answer_recipient = lambda address: "550 no" if address.startswith("ann") else "250 OK"
    teller.tell(alert, NOW)
    assert "localhost did not take it for 1 of 2 addresses" in log.text
    assert mailbox.recipients == ["bob@shop.example"]


def test_a_note_that_cannot_be_kept_stops_nothing(posting, listener, alert, log):
    posting.warehouse.rmdir()
    posting.tell(alert, NOW)
    assert "may be told twice" in log.text
    assert len(listener.posted) == 1


def test_addresses_never_leave(posting, listener, alert):
    leak = Cause("step", "could not read ann@shop.example", "write to bob@shop.example", "docs/operations.md")
    posting.tell(replace(alert, causes=(leak,)), NOW)
    assert "@" not in str(listener.posted[0][1])


def test_of_many_causes_the_text_counts_the_rest(alert):
    many = replace(alert, causes=alert.causes * 15)
    assert "and 10 more causes" in many.text
    assert len(many.document["causes"]) == 30


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("webhooks: {}", "line 1: webhooks"),
        ("webhook: {}", "webhook.url: Field required"),
        ("mail: {sender: {address: a@b.example}, to: []}", "mail.to"),
        ("mail: {host: mail.example, sender: {address: a@b.example}, to: [c@d.example]}", "say tls"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path, text, told):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(KindredError, match=FILE) as raised:
        load_alert_settings(tmp_path)
    assert told in str(raised.value)
