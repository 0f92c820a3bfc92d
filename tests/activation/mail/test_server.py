"""How fast messages go, and who the server must believe Kindred to be."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult

from dagster_project.lib.common.errors import KindredError
from tests.activation.mail.mailbox import Mailbox, listening
from tests.activation.mail.small_night import NOON, SmallNight, destination


def test_no_more_messages_a_minute_go_than_the_destination_allows(tmp_path, mailbox, monkeypatch):
    night = SmallNight.create(tmp_path, [f"c{number}" for number in range(7)])
    began, clock = time.time(), [0.0]
    monkeypatch.setattr("time.time", lambda: began + clock[0])
    moments = []
    mailbox.answer_data = lambda address: moments.append(clock[0]) or "250 OK"

    def wait(seconds):
        clock[0] += seconds

    slow = destination(mailbox.port, messages_per_minute=3)
    result = night.send(slow, wait=wait, clock=lambda: clock[0])
    assert result.sent == 7
    assert all(later - earlier >= 60 for earlier, later in zip(moments, moments[3:], strict=False))
    assert clock[0] < 125


def taking(mailbox, seconds):
    """A clock by which the mailbox takes so long for a message."""
    clock = [0.0]

    def answer(address):
        clock[0] += seconds
        return "250 OK"

    mailbox.answer_data = answer
    return lambda: clock[0]


def test_a_sync_leaves_what_it_cannot_send_in_a_quarter_of_an_hour(tmp_path, mailbox):
    night = SmallNight.create(tmp_path, ["a", "b", "c", "d", "e"])
    night.change("update marts.customer_consents set status = 'denied' where customer_id = 'd'")
    result = night.send(destination(mailbox.port), clock=taking(mailbox, 450))
    assert (result.sent, result.waiting) == (2, {"left to the next sync": 2})
    assert result.suppressed == {"no consent to marketing by e-mail": 1}
    assert night.send(destination(mailbox.port)).sent == 2


ASLEEP_FROM_NOON = {"from_hour": 12, "until_hour": 20}


def test_a_message_is_judged_by_the_moment_at_which_it_goes(tmp_path, mailbox):
    night = SmallNight.create(tmp_path, ["a", "b"])
    night.change("update marts.dim_customers set country = null")
    result = night.send(
        destination(mailbox.port, quiet_hours=ASLEEP_FROM_NOON),
        now=NOON - timedelta(seconds=30), clock=taking(mailbox, 60),
    )  # fmt: skip
    assert (result.sent, result.waiting) == (1, {"quiet hours there": 1})


def test_a_message_is_judged_after_it_waited_for_its_turn(tmp_path, mailbox, monkeypatch):
    night = SmallNight.create(tmp_path, ["a", "b"])
    night.change("update marts.dim_customers set country = null")
    began, clock = time.time(), [0.0]
    monkeypatch.setattr("time.time", lambda: began + clock[0])

    def wait(seconds):
        clock[0] += seconds

    result = night.send(
        destination(mailbox.port, quiet_hours=ASLEEP_FROM_NOON, messages_per_minute=1),
        now=NOON - timedelta(seconds=30), clock=lambda: clock[0], wait=wait,
    )  # fmt: skip
    assert (result.sent, result.waiting) == (1, {"quiet hours there": 1})
    assert night.remembered() == [("a", 1, "sent", None)]


def test_a_line_that_begins_with_a_dot_arrives_as_it_is(night, mailbox):
    text = ".\n..\n.a\nb."
    night.change("update activation.content_blocks set text = ?", text)
    night.send(destination(mailbox.port))
    arrived = mailbox.messages["a@example.com"].get_body(("plain",)).get_content()
    assert arrived.split() == text.split()


@pytest.fixture
def guarded():
    """A server that wants a user."""
    mailbox = Mailbox()

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"ann", b"secret"), handled=False)

    with listening(
        mailbox, authenticator=authenticate, auth_required=True, auth_require_tls=False
    ) as listened:
        yield listened


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_user_and_password_come_from_the_environment(night, guarded):
    known = destination(guarded.port, user_env="MAIL_USER", password_env="MAIL_PASSWORD")
    with pytest.raises(KindredError, match="letters wants the environment variable MAIL_USER; set it"):
        night.send(known)
    with pytest.raises(KindredError, match="does not know the user of letters") as caught:
        night.send(known, environ={"MAIL_USER": "ann", "MAIL_PASSWORD": "guess"})
    assert "guess" not in str(caught.value)
    assert night.send(known, environ={"MAIL_USER": "ann", "MAIL_PASSWORD": "secret"}).sent == 1
    assert guarded.recipients == ["a@example.com"]


def test_a_server_without_the_encryption_asked_for_is_told_nothing(night, mailbox):
    with pytest.raises(KindredError, match="does not offer what letters asks of it"):
        night.send(destination(mailbox.port, tls="starttls"))
    assert mailbox.arrived == []
    assert night.send(destination(mailbox.port)).sent == 1
