"""A message arrives once or not at all, whatever the server and the machine do."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.lib.activation.mail.result import DEFERRED, UNREACHABLE
from dagster_project.lib.activation.mail.sent_messages import SentMessages
from dagster_project.lib.common.errors import KindredError
from tests.activation.mail.mailbox import Mailbox, listening
from tests.activation.mail.small_night import SmallNight, destination, send_until_killed
from tests.processes import run_apart

CUSTOMERS = ("a", "b", "c")


def test_what_was_sent_is_not_sent_again(night, mailbox):
    first = night.send(destination(mailbox.port))
    again = night.send(destination(mailbox.port))
    assert (first.sent, again.sent, again.suppressed) == (1, 0, {"sent already": 1})
    assert mailbox.recipients == ["a@example.com"]
    assert night.remembered() == [("a", 1, "sent", None)]


def test_a_dry_run_sends_and_remembers_nothing(night, mailbox):
    assert night.send(destination(mailbox.port), dry_run=True).sent == 1
    assert mailbox.arrived == []
    assert not night.deliveries.exists()
    assert night.send(destination(mailbox.port)).sent == 1


def test_a_refusal_for_now_is_tried_again_at_once_and_by_the_next_sync(night, mailbox):
    answers = iter(["451 later a@example.com"] * 3)
    mailbox.answer_recipient = lambda address: next(answers, "250 OK")
    pauses = []
    first = night.send(destination(mailbox.port), wait=pauses.append)
    assert (first.sent, first.waiting) == (0, {DEFERRED: 1})
    assert len(pauses) == 2
    assert night.remembered() == [("a", 1, "deferred", 451)]
    assert night.send(destination(mailbox.port)).sent == 1
    assert night.remembered() == [("a", 1, "sent", None)]


@pytest.mark.parametrize("where", ["answer_recipient", "answer_data"])
def test_a_refusal_for_good_is_kept_by_its_code_and_not_tried_again(night, mailbox, where):
    night.add_customer("b")
    night.add_message("b")
    setattr(mailbox, where, lambda address: "550 no a@example.com" if address[0] == "a" else "250 OK")
    first = night.send(destination(mailbox.port))
    again = night.send(destination(mailbox.port))
    assert (first.sent, first.failed) == (1, {550: 1})
    assert again.suppressed == {"refused by the mail server": 1, "sent already": 1}
    assert night.remembered() == [("a", 1, "failed", 550), ("b", 1, "sent", None)]
    assert "example.com" not in first.describe_rest()
    assert b"@example.com" not in night.deliveries.read_bytes()


def test_a_server_that_goes_away_over_a_message_may_have_taken_it(night, mailbox):
    mailbox.answer_data = lambda address: "take and lose"
    first = night.send(destination(mailbox.port))
    mailbox.answer_data = lambda address: "250 OK"
    again = night.send(destination(mailbox.port))
    assert (first.sent, first.unknown) == (0, 1)
    assert again.suppressed == {"unknown whether it was sent": 1}
    assert len(mailbox.arrived) == 1


def test_where_no_server_answers_everything_stays_due(tmp_path):
    night = SmallNight.create(tmp_path, CUSTOMERS)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        pauses = []
        result = night.send(destination(nobody.getsockname()[1]), wait=pauses.append)
    assert (result.sent, result.waiting) == (0, {UNREACHABLE: 3})
    assert len(pauses) == 2
    with listening(Mailbox()) as mailbox:
        assert night.send(destination(mailbox.port)).sent == 3


@pytest.mark.parametrize("taken", [0, 2])
def test_a_kill_in_the_middle_sends_nothing_twice(tmp_path, taken):
    night = SmallNight.create(tmp_path, CUSTOMERS)

    def kill(address):
        if len(mailbox.arrived) < taken:
            return "250 OK"
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        return "take and lose"

    with listening(Mailbox(answer_data=kill)) as mailbox:
        ended = run_apart(send_until_killed, str(tmp_path), str(mailbox.port), environment=dict(os.environ))
        assert ended.code == -signal.SIGKILL
        mailbox.answer_data = lambda address: "250 OK"
        after = night.send(destination(mailbox.port))
    assert after.suppressed["unknown whether it was sent"] == 1
    assert sorted(mailbox.recipients) == [f"{customer}@example.com" for customer in CUSTOMERS]


def test_a_server_that_takes_nothing_from_the_sender_ends_the_sync_and_costs_no_message(night, mailbox):
    mailbox.answer_sender = "553 who are you"
    with pytest.raises(KindredError, match=r"takes no messages from the sender of letters \(code 553\)"):
        night.send(destination(mailbox.port))
    mailbox.answer_sender = "250 OK"
    assert night.send(destination(mailbox.port)).sent == 1


def test_two_programs_do_not_send_at_once(night, mailbox):
    with (
        SentMessages(night.deliveries).held(),
        pytest.raises(KindredError, match="another program is sending messages"),
    ):
        night.send(destination(mailbox.port))
    assert night.send(destination(mailbox.port)).sent == 1


@pytest.fixture(scope="module")
def three_customers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("night")
    SmallNight.create(folder, CUSTOMERS)
    return folder


ANSWERS = st.sampled_from(
    ["250 OK", "250 OK", "451 later", "421 closing", "554 never", "lose", "take and lose"]
)


@settings(max_examples=12, deadline=None)
@given(st.lists(ANSWERS, max_size=12), st.lists(ANSWERS, max_size=12), st.integers(1, 3))
def test_whatever_a_server_answers_nobody_gets_a_message_twice(three_customers, recipients, data, syncs):
    with tempfile.TemporaryDirectory() as folder, listening(Mailbox()) as mailbox:
        night = SmallNight(shutil.copytree(three_customers, Path(folder) / "night"))
        first, second = iter(recipients), iter(data)
        mailbox.answer_recipient = lambda address: next(
            (answer for answer in first if "lose" not in answer), "250 OK"
        )
        mailbox.answer_data = lambda address: next(second, "250 OK")
        results = [night.send(destination(mailbox.port)) for _ in range(syncs)]
        arrived = Counter(mailbox.recipients)
        assert max(arrived.values(), default=0) <= 1
        sent, unknown = (sum(getattr(result, name) for result in results) for name in ("sent", "unknown"))
        assert sent <= len(arrived) <= sent + unknown
        assert not {code for result in results for code in result.failed} - {554}
        for result in results:
            told = (result.waiting, result.suppressed, result.failed)
            assert result.sent + result.unknown + sum(sum(counts.values()) for counts in told) == len(
                CUSTOMERS
            )
