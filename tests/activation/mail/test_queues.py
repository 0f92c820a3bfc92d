"""A sync reads what it wants for its queue, however long the history and the queue are."""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.lib.activation.mail.due import TextReader
from dagster_project.lib.activation.mail.sent_messages import SentMessages
from tests.activation.mail.small_night import SmallNight, destination


@pytest.fixture
def read(monkeypatch):
    """Customers whose texts were wanted, next ones in a list of their own."""
    told = []
    own = TextReader.read

    def note(reader, message, following):
        following = list(following)
        told.append((message.customer_id, [later.customer_id for later in following]))
        return own(reader, message, following)

    monkeypatch.setattr(TextReader, "read", note)
    return told


def test_texts_are_read_of_what_may_go_only(tmp_path, mailbox, read):
    night = SmallNight.create(tmp_path, ["a", "b", "c", "d"])
    night.change("update marts.customer_consents set status = 'denied' where customer_id in ('a', 'c')")
    assert night.send(destination(mailbox.port)).sent == 2
    assert read == [("b", ["d"]), ("d", [])]
    read.clear()
    assert night.send(destination(mailbox.port)).sent == 0
    assert read == []


def test_of_the_history_what_was_for_customers_of_the_queue_is_read(tmp_path, mailbox, monkeypatch):
    night = SmallNight.create(tmp_path, ["a", "b"])
    night.send(destination(mailbox.port))
    night.change("delete from activation.campaign_queue where customer_id = 'b'")
    night.change("insert into marts.customer_id_aliases values ('a_before', 'a'), ('b_before', 'b')")
    asked, own = [], SentMessages.read

    def note(memory, customers):
        asked.extend(customers)
        return own(memory, customers)

    monkeypatch.setattr(SentMessages, "read", note)
    assert night.send(destination(mailbox.port)).suppressed == {"sent already": 1}
    assert sorted(asked) == ["a", "a_before"]
    assert [message.key[2] for message in own(SentMessages(night.deliveries), ["a"])] == ["a"]


def test_a_message_is_found_by_its_name_in_a_file_of_before_too(tmp_path, mailbox):
    night = SmallNight.create(tmp_path, ["a", "b"])
    night.send(destination(mailbox.port))
    with duckdb.connect(str(night.deliveries)) as connection:
        connection.execute("drop index sent_messages_by_id")
        connection.execute("delete from sent_messages where customer_id = 'b'")
    assert night.send(destination(mailbox.port)).sent == 1
    with duckdb.connect(str(night.deliveries)) as connection:
        assert connection.execute("select index_name, is_unique from duckdb_indexes()").fetchall() == [
            ("sent_messages_by_id", True)
        ]
    assert len(night.remembered()) == 2
