"""What was sent comes back to the models of the next night."""

from __future__ import annotations

import pytest

from dagster_project.lib.activation.mail.sent_messages import write_sent_messages
from dagster_project.lib.common import warehouse
from tests.activation.mail.small_night import NOON, TEN, SmallNight, destination


@pytest.fixture
def connection(tmp_path):
    with warehouse.connect(tmp_path / "warehouse" / "kindred.duckdb") as connection:
        yield connection


def test_nothing_was_sent_where_there_is_no_file(connection, tmp_path):
    assert write_sent_messages(connection, tmp_path / "deliveries.duckdb") == 0
    assert connection.execute("from operations.sent_messages").fetchall() == []
    assert not (tmp_path / "deliveries.duckdb").exists()


def test_what_a_server_took_or_may_have_taken_or_refused_for_good_is_told(connection, tmp_path, mailbox):
    night = SmallNight.create(tmp_path, ["a", "b", "c", "d"])
    answers = {"a": "250 OK", "b": "554 never", "c": "451 later", "d": "take and lose"}
    mailbox.answer_data = lambda address: answers[address[0]]
    night.send(destination(mailbox.port), clock=lambda: 0)
    for _ in range(2):
        assert write_sent_messages(connection, night.deliveries) == 3
    rows = connection.execute(
        "select customer_id, status, campaign, step, template, began_at, sent_at"
        " from operations.sent_messages order by 1"
    ).fetchall()
    same = ("cart", 1, "one", TEN, NOON)
    assert rows == [("a", "sent", *same), ("b", "failed", *same), ("d", "sending", *same)]


def test_only_its_owner_reads_the_file(tmp_path, mailbox):
    night = SmallNight.create(tmp_path)
    night.send(destination(mailbox.port))
    assert night.deliveries.stat().st_mode & 0o077 == 0
    assert night.deliveries.parent.stat().st_mode & 0o077 == 0
