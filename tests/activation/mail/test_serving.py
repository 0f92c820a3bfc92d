"""How a sync of messages is told, and by what clock it sends."""

from __future__ import annotations

import json
from datetime import timedelta

import duckdb
import pytest

from dagster_project.lib import mailing, serving
from dagster_project.lib.activation.campaigns.campaigns import Campaigns
from dagster_project.lib.activation.mail.result import REFUSES_ALL, UNREACHABLE, MailResult
from dagster_project.lib.activation.mail.server import MailServer
from dagster_project.lib.activation.newest import NewestFacts
from dagster_project.lib.serving import Server
from tests.activation.mail.small_night import NOON, TWO_STEPS, SmallNight, destination


@pytest.fixture
def night(tmp_path, monkeypatch):
    """One whose campaigns and newest facts are a small night's, whatever config and landing say."""
    night = SmallNight.create(tmp_path, ["a", "b", "c"])
    (night.current / "manifest.json").write_text(
        json.dumps({"as_of": f"{NOON.isoformat()}Z", "run_id": "run"})
    )
    monkeypatch.setattr(
        mailing, "load_campaigns", lambda folder: Campaigns.model_validate({"campaigns": [TWO_STEPS]})
    )
    monkeypatch.setattr(mailing, "read_newest_facts", lambda *places: NewestFacts())
    return night


def serve(night, port, clock=lambda: NOON, **said):
    folder = night.folder
    place = mailing.Place(night.current, folder / "landing", folder / "config", night.deliveries)
    (delivery,) = Server(place, folder, {}, "now").serve(destination(port, **said), clock)
    return delivery


def test_an_error_that_nobody_foresaw_is_told_without_its_words_and_with_what_went(
    night, mailbox, monkeypatch
):
    send = MailServer.send

    def fail(server, letter, *rest, **more):
        if letter.recipient[0] == "c":
            raise RuntimeError(letter.recipient)
        send(server, letter, *rest, **more)

    monkeypatch.setattr(MailServer, "send", fail)
    delivery = serve(night, mailbox.port)
    assert (delivery.status, delivery.added) == ("failed", 2)
    assert delivery.reason.startswith("RuntimeError in handing_over.py:")
    assert "@" not in delivery.reason
    with duckdb.connect(str(night.deliveries)) as connection:
        assert connection.execute("select added, status from delivery_log").fetchall() == [(2, "failed")]


def test_a_server_that_stops_letting_in_is_told_with_what_went(night, mailbox):
    mailbox.answer_recipient = lambda address: "530 log in" if address[0] == "b" else "250 OK"
    delivery = serve(night, mailbox.port)
    assert (delivery.status, delivery.added) == ("failed", 1)
    assert "does not let letters send (code 530)" in delivery.reason


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (MailResult("letters", sent=2), "delivered"),
        (MailResult("letters", suppressed={"bought": 1}), "unchanged"),
        (MailResult("letters", sent=1, failed={550: 2}), "partly"),
        (MailResult("letters", sent=1, unknown=1), "partly"),
        (MailResult("letters", failed={550: 2}), "failed"),
        (MailResult("letters", unknown=1), "failed"),
        (MailResult("letters", sent=1, waiting={UNREACHABLE: 1}), "failed"),
        (MailResult("letters", sent=1, waiting={REFUSES_ALL: 1}), "failed"),
    ],
)
def test_a_sync_that_sent_nothing_of_what_it_offered_failed(night, monkeypatch, result, status):
    monkeypatch.setattr(serving, "MailResult", lambda name: result)
    monkeypatch.setattr(serving, "send_mail", lambda *given, **more: result)
    assert serve(night, 25).status == status


def test_messages_are_judged_by_the_time_at_which_they_go_and_not_by_that_of_the_sync(
    night, mailbox, monkeypatch
):
    times = [NOON - timedelta(minutes=2)]
    night.change("update marts.dim_customers set country = null")

    def read_slowly(*places):
        times[0] = NOON
        return NewestFacts()

    monkeypatch.setattr(mailing, "read_newest_facts", read_slowly)
    quiet = {"from_hour": 12, "until_hour": 20}
    delivery = serve(night, mailbox.port, clock=lambda: times[0], quiet_hours=quiet)
    assert (delivery.added, delivery.reason) == (0, "3 wait: quiet hours there")
