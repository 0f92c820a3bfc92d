"""Answers to who asks what is held of them: written by command and by night, once a request, and not for ever."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy.access import gather
from dagster_project.lib.privacy.access_folders import (
    DATA,
    FOLDER,
    remove_of_erased,
    remove_old,
    render_page,
    write_answer,
)
from dagster_project.lib.privacy.access_person import Identifier
from dagster_project.lib.privacy.access_requests import answer_requests
from dagster_project.lib.privacy.tombstones import digest_of, read_secret, use_secret

NOW = datetime(2026, 7, 1, 2)
NOWHERE = Path("no", "deliveries.duckdb")


@pytest.fixture(scope="module")
def answer(held):
    return gather(held, NOWHERE, [Identifier("email", "moreau.pauline@example.net")], NOW)


def test_the_page_is_self_contained_and_shows_values_as_text(answer):
    row = {"note": "<script>alert(1)</script>", "at": NOW, "tags": ["a"]}
    page = render_page(replace(answer, exports={"raw.crm_customers": [row]}))
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(""", page)
    assert answer.customer_ids[0] in page


def test_the_command_writes_a_folder_that_is_its_owners_alone(sample_night, monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(sample_night.data_dir))
    named = ["--email", " Moreau.Pauline@example.net", "--out", str(tmp_path / "out")]
    ended = CliRunner().invoke(command, ["privacy", "access", *named], catch_exceptions=False)
    assert ended.exit_code == 0
    assert "moreau" not in ended.output.lower()
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {
        "data.json": 0o600, "data.html": 0o600
    }  # fmt: skip
    told = json.loads((tmp_path / "out" / DATA).read_text())
    assert told["exports"]["raw.crm_customers"][0]["email"] == "moreau.pauline@example.net"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--email", "moreau.pauline@example.net", "--out", "."], "is no empty folder"),
        (["--email", "nobody@nowhere.example"], "nobody whom the last night knew"),
        (["--phone", " "], "nobody is named"),
    ],
)
def test_the_command_refuses_with_a_reason_and_repeats_nobodys_address(
    sample_night, monkeypatch, arguments, reason
):
    monkeypatch.setenv("DATA_DIR", str(sample_night.data_dir))
    with pytest.raises(KindredError, match=reason) as refused:
        CliRunner().invoke(command, ["privacy", "access", *arguments], catch_exceptions=False)
    assert "@" not in str(refused.value)


def test_the_command_needs_a_warehouse(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(KindredError, match="there is no warehouse"):
        CliRunner().invoke(command, ["privacy", "access", "--customer-id", "1"], catch_exceptions=False)


def test_the_night_answers_a_request_and_names_a_folder(sample_night, database):
    with warehouse.reading(database) as connection:
        receipts = connection.execute(
            "select receipt_id, completed_at from operations.privacy_receipts where kind = 'access'"
        ).fetchall()
    ((receipt, completed_at),) = receipts
    assert completed_at is not None
    folder = database.parent / FOLDER / receipt
    assert "moreau.pauline@example.net" in (folder / DATA).read_text()
    assert f"warehouse/{FOLDER}/{receipt}" in sample_night.first.output
    assert "moreau" not in sample_night.first.output.lower()


def test_a_request_is_answered_once_an_unclear_one_stays_open_and_who_is_erased_has_no_answer_left(
    database, tmp_path
):
    for name in ("kindred.duckdb", "privacy.key"):
        shutil.copy(database.parent / name, tmp_path / name)

    def ask(connection):
        return answer_requests(connection, tmp_path, NOWHERE, "run", NOW)

    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        assert ask(connection).folders == (), "the night has answered all there were"
        (email,) = connection.execute(
            "select email from raw.crm_customers where email like '%@%' and customer_id is not null order by 1 desc"
        ).fetchone()
        connection.execute(
            "insert into raw.privacy_requests (request_id, kind, email, requested_at, _file_id, _row_number, _feed)"
            " values ('mine', 'Access', ?, '2026-06-01', 1, 9001, 'privacy/requests'),"
            " ('whose', 'access', 'nobody@nowhere.example', '2026-06-01', 1, 9002, 'privacy/requests')",
            [email],
        )
        first, second = ask(connection), ask(connection)
        assert (len(first.folders), first.unclear) == (1, 1)
        assert (len(second.folders), second.unclear) == (0, 1)
        assert email.strip().lower() in (first.folders[0] / DATA).read_text().lower()
        assert remove_of_erased(connection, tmp_path) == 0
        use_secret(connection, read_secret(tmp_path))
        connection.execute(
            "insert into operations.tombstones select 'email', " + digest_of("'email'", "?"),
            [email.strip().lower()],
        )
        assert remove_of_erased(connection, tmp_path) == 1
        assert not first.folders[0].exists()


def test_answers_of_long_ago_and_unfinished_ones_go(answer, tmp_path):
    now = datetime.now(UTC).replace(tzinfo=None)
    write_answer(answer, tmp_path / "new")
    write_answer(answer, tmp_path / "old")
    (tmp_path / ".half.unfinished").mkdir()
    long_ago = (datetime.now(UTC) - timedelta(days=31)).timestamp()
    os.utime(tmp_path / "old", (long_ago, long_ago))
    assert remove_old(tmp_path, now) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    with pytest.raises(KindredError, match="no empty folder"):
        write_answer(answer, tmp_path / "new")
