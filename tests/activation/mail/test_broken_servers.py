"""What a server costs that does not work: no message, where it is not certain that it may have arrived."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import chain, repeat

import pytest

from dagster_project.lib.activation.mail.result import DEFERRED, REFUSES_ALL, UNREACHABLE, MailResult
from dagster_project.lib.activation.mail.server import MailServer
from dagster_project.lib.common.errors import KindredError
from tests.activation.mail.small_night import NOON, SmallNight, destination

EIGHT = tuple("abcdefgh")


@pytest.fixture
def night(tmp_path):
    return SmallNight.create(tmp_path, EIGHT)


@pytest.mark.parametrize("where", ["answer_recipient", "answer_data"])
def test_a_server_that_refuses_everybody_is_given_up_and_all_stays_due(night, mailbox, where):
    setattr(mailbox, where, lambda address: "554 relay access denied")
    result = night.send(destination(mailbox.port))
    assert (result.sent, result.failed, result.waiting) == (0, {}, {REFUSES_ALL: 8})
    assert result.is_stopped
    assert {status for _, _, status, _ in night.remembered()} == {"deferred"}
    setattr(mailbox, where, lambda address: "250 OK")
    assert night.send(destination(mailbox.port)).sent == 8


def test_a_proxy_that_drops_what_it_takes_costs_few_messages(night, mailbox):
    mailbox.answer_data = lambda address: "lose"
    result = night.send(destination(mailbox.port))
    assert (result.unknown, result.waiting) == (5, {REFUSES_ALL: 3})
    again = night.send(destination(mailbox.port))
    assert (again.unknown, again.waiting) == (1, {REFUSES_ALL: 2})


def test_one_bad_address_after_the_other_is_no_broken_server_while_others_are_written_to(night, mailbox):
    mailbox.answer_recipient = lambda address: "250 OK" if address[0] in "ae" else "550 unknown"
    result = night.send(destination(mailbox.port))
    assert (result.sent, result.failed, result.waiting) == (2, {550: 6}, {})


def test_refusals_in_a_row_count_over_syncs(tmp_path, mailbox):
    mailbox.answer_recipient = lambda address: "554 relay access denied"
    night = SmallNight.create(tmp_path, EIGHT[:3])
    assert night.send(destination(mailbox.port)).failed == {554: 3}
    for customer in EIGHT[3:]:
        night.add_customer(customer)
        night.add_message(customer)
    result = night.send(destination(mailbox.port))
    assert (result.failed, result.waiting) == ({}, {REFUSES_ALL: 5})
    assert [status for _, _, status, _ in night.remembered()] == ["failed"] * 3 + ["deferred"] * 2


@pytest.mark.parametrize("code", [500, 502, 503, 504, 530, 535, 538])
@pytest.mark.parametrize("where", ["answer_recipient", "answer_data"])
def test_who_is_not_let_in_loses_no_message(night, mailbox, where, code):
    setattr(mailbox, where, lambda address: f"{code} log in first")
    with pytest.raises(KindredError, match=rf"does not let letters send \(code {code}\)"):
        night.send(destination(mailbox.port))
    setattr(mailbox, where, lambda address: "250 OK")
    assert night.send(destination(mailbox.port)).sent == 8


def test_a_recipient_whose_address_the_server_does_not_understand_stops_no_other(night, mailbox):
    mailbox.answer_recipient = lambda address: "501 bad address" if address[0] == "a" else "250 OK"
    result = night.send(destination(mailbox.port))
    assert (result.sent, result.failed) == (7, {501: 1})


@pytest.mark.parametrize("where", ["answer_recipient", "answer_data"])
def test_a_recipient_at_whom_the_server_hangs_up_stops_no_other(night, mailbox, where):
    offered = []

    def answer(address):
        offered.append(address[0])
        return "421 closing" if address[0] == "b" else "250 OK"

    setattr(mailbox, where, answer)
    result = night.send(destination(mailbox.port))
    assert (result.sent, result.waiting) == (7, {DEFERRED: 1})
    assert offered == [*"abbbcdefgh"]


@pytest.mark.parametrize("customers", [EIGHT, EIGHT[:3]])
def test_a_server_that_hangs_up_at_several_is_given_up(tmp_path, mailbox, customers):
    night = SmallNight.create(tmp_path / "few", customers)
    mailbox.answer_recipient = lambda address: "421 closing"
    result = night.send(destination(mailbox.port))
    assert (result.sent, result.waiting) == (0, {DEFERRED: 2, UNREACHABLE: len(customers) - 2})
    assert result.is_stopped


def test_what_was_not_taken_before_is_offered_last_and_once(night, mailbox):
    mailbox.answer_recipient = lambda address: "451 later" if address[0] in "ab" else "250 OK"
    night.send(destination(mailbox.port))
    night.add_customer("z")
    night.add_message("z")
    offered = []
    mailbox.answer_recipient = lambda address: offered.append(address[0]) or "451 later"
    night.send(destination(mailbox.port))
    assert offered == [*"zzzab"]


def test_no_bad_address_is_always_in_the_way_of_others(night, mailbox):
    """After several refusals in a row one more stops a call: it must not be the same each time."""
    mailbox.answer_recipient = lambda address: "554 no"
    for minute in range(2):
        night.send(destination(mailbox.port), now=NOON + timedelta(minutes=minute))
    mailbox.answer_data = lambda address: "lose"
    mailbox.answer_recipient = lambda address: "250 OK"
    night.send(destination(mailbox.port), now=NOON + timedelta(minutes=2))
    left = [customer for customer, _, status, _ in night.remembered() if status == "deferred"]
    assert len(left) == 3
    offered = []
    mailbox.answer_recipient = lambda address: offered.append(address[0]) or "554 no"
    for minute in range(3, 6):
        night.send(destination(mailbox.port), now=NOON + timedelta(minutes=minute))
    assert sorted(offered) == left


def test_a_server_that_hangs_up_before_it_is_given_the_message_did_not_take_it(night, mailbox, monkeypatch):
    def lose(connection, command, *rest):
        if command != "DATA" or next(losing) == "keep":
            return docmd(connection, command, *rest)
        connection.close()
        raise ConnectionResetError

    docmd = MailServer.send.__globals__["smtplib"].SMTP.docmd
    monkeypatch.setattr("smtplib.SMTP.docmd", lose)
    losing = chain(["lose"] * 3, repeat("keep"))
    result = night.send(destination(mailbox.port))
    assert (result.sent, result.unknown, result.waiting) == (7, 0, {DEFERRED: 1})


def test_an_error_of_our_own_costs_no_message_and_tells_what_went_before(night, mailbox, monkeypatch):
    send = MailServer.send

    def fail(server, letter, *rest, **more):
        if letter.recipient[0] == "c":
            raise RuntimeError(letter.recipient)
        send(server, letter, *rest, **more)

    monkeypatch.setattr(MailServer, "send", fail)
    counted = MailResult("letters")
    with pytest.raises(RuntimeError):
        night.send(destination(mailbox.port), result=counted)
    assert counted.sent == 2
    assert night.remembered()[2] == ("c", 1, "deferred", None)
    monkeypatch.undo()
    assert night.send(destination(mailbox.port)).sent == 6
    assert re.findall("[a-h](?=@)", " ".join(mailbox.recipients)) == [*"abdefghc"]


def test_nothing_is_noted_while_a_message_waits_for_the_server(night, mailbox):
    noted = []
    mailbox.answer_recipient = lambda address: noted.append(night.deliveries.exists()) or "250 OK"
    mailbox.answer_data = lambda address: noted.append(night.remembered()[-1][2]) or "250 OK"
    night.send(destination(mailbox.port))
    assert noted[:2] == [False, "sending"]
