"""A backup is whole or not there, is checked before it is used, and takes nothing back that became true since."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.cli.main import kindred
from dagster_project.lib.backups.contents import DESCRIPTION
from dagster_project.lib.backups.restoring import Restored, restore_backup
from dagster_project.lib.backups.taking import take_backup
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import begin_night, connect
from dagster_project.lib.privacy.tombstones import read_secret

NOW = datetime(2026, 3, 1, 12)
AS_OF = datetime(2026, 2, 28)


def _fill(warehouse: Path) -> None:
    """A warehouse of two customers, with what else lies in one."""
    with connect(warehouse / "kindred.duckdb") as connection:
        begin_night(connection, "run_1", AS_OF, NOW)
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.customers as from (values ('c1', 1.5), ('c2', null)) as t (id, worth)"
        )
        connection.execute("create view marts.worthy as from kindred.marts.customers where worth > 1")
        connection.execute(
            "insert into operations.erasures values ('e1', 'digest', null, null, now()::timestamp, 3)"
        )
    read_secret(warehouse)
    for name in ("models/lists.npz", "dagster/dagster.yaml", "dbt/manifest.json", "access/answer/data.json"):
        (warehouse / name).parent.mkdir(parents=True, exist_ok=True)
        (warehouse / name).write_text(name)
    (warehouse / "night.lock").touch()
    with closing(sqlite3.connect(warehouse / "dagster" / "runs.db")) as runs:
        runs.execute("create table runs (run_id text)")
        runs.execute("insert into runs values ('run_1')")
        runs.commit()


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    warehouse = tmp_path_factory.mktemp("filled") / "warehouse"
    _fill(warehouse)
    return warehouse


@pytest.fixture(scope="module")
def taken(filled, tmp_path_factory) -> Path:
    """A backup that no test writes to."""
    folder = tmp_path_factory.mktemp("backups") / "sunday"
    take_backup(filled, folder, NOW)
    return folder


@pytest.fixture
def warehouse(filled, tmp_path) -> Path:
    """A warehouse to change."""
    return Path(shutil.copytree(filled, tmp_path / "data" / "warehouse"))


@pytest.fixture
def call(monkeypatch, warehouse):
    """The command on that warehouse; an error that a user can mend is raised."""
    monkeypatch.setenv("DATA_DIR", str(warehouse.parent))

    def called(*arguments):
        return CliRunner().invoke(kindred, ["warehouse", *arguments], catch_exceptions=False).output

    return called


def _restore(folder: Path, warehouse: Path, *, is_replaced: bool = False) -> Restored:
    warehouse.mkdir(parents=True, exist_ok=True)
    return restore_backup(folder, warehouse, warehouse / "deliveries.duckdb", NOW, is_replaced=is_replaced)


def _ask(database: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _read_all(warehouse: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in warehouse.rglob("*") if path.is_file()}


def test_a_warehouse_that_is_restored_has_the_tables_views_and_files_of_the_one_that_was_backed_up(
    taken, filled, tmp_path
):
    restored = _restore(taken, tmp_path / "warehouse")
    database = tmp_path / "warehouse" / "kindred.duckdb"
    for table in ("marts.customers", "marts.worthy", "operations.current_night", "operations.erasures"):
        assert _ask(database, f"from {table}") == _ask(filled / "kindred.duckdb", f"from {table}") != []
    for name in ("models/lists.npz", "dagster/dagster.yaml", "privacy.key"):
        assert (tmp_path / "warehouse" / name).read_bytes() == (filled / name).read_bytes()
    with closing(sqlite3.connect(tmp_path / "warehouse" / "dagster" / "runs.db")) as runs:
        assert runs.execute("select run_id from runs").fetchall() == [("run_1",)]
    assert (restored.backup.run_id, restored.backup.as_of) == ("run_1", "2026-02-28T00:00:00Z")
    assert (restored.put_aside, restored.erasures) == (None, None)


def test_what_is_made_anew_or_handed_on_is_in_no_backup(taken):
    names = {path.relative_to(taken / "warehouse").as_posix() for path in (taken / "warehouse").rglob("*")}
    assert not [name for name in names if name.startswith(("dbt", "access")) or name.endswith(".lock")]


def test_a_backup_and_what_is_restored_from_it_are_for_their_owner_alone(taken, tmp_path):
    _restore(taken, tmp_path / "warehouse")
    for folder in (taken, tmp_path / "warehouse"):
        assert folder.stat().st_mode & 0o077 == 0
        assert [path for path in folder.rglob("*") if path.is_file() and path.name != DESCRIPTION
                and path.stat().st_mode & 0o077] == []  # fmt: skip


def test_what_a_killed_night_left_unwritten_in_the_log_is_in_the_backup(warehouse, tmp_path):
    with duckdb.connect(str(warehouse / "kindred.duckdb")) as connection:
        connection.execute("set checkpoint_threshold = '1GB'")
        connection.execute("insert into marts.customers values ('c3', 7)")
        for name in ("kindred.duckdb", "kindred.duckdb.wal"):
            shutil.copy(warehouse / name, tmp_path / name)
    shutil.copy(tmp_path / "kindred.duckdb", warehouse / "kindred.duckdb")
    shutil.copy(tmp_path / "kindred.duckdb.wal", warehouse / "kindred.duckdb.wal")
    take_backup(warehouse, tmp_path / "backup", NOW)
    copied = tmp_path / "backup" / "warehouse" / "kindred.duckdb"
    assert _ask(copied, "select id from marts.customers order by 1") == [("c1",), ("c2",), ("c3",)]


def test_a_database_that_somebody_has_open_is_named_and_leaves_no_backup(warehouse, tmp_path):
    with (
        duckdb.connect(str(warehouse / "kindred.duckdb")),
        pytest.raises(KindredError, match=r"kindred\.duckdb cannot be copied.*end the program"),
    ):
        take_backup(warehouse, tmp_path / "backup", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_nothing_is_overwritten(call, taken, warehouse, tmp_path):
    before = _read_all(warehouse)
    with pytest.raises(KindredError, match="is there already, and not empty"):
        call("backup", str(taken))
    with pytest.raises(KindredError, match=r"there is a warehouse in .* add --replace"):
        call("restore", str(taken))
    assert _read_all(warehouse) == before
    with pytest.raises(KindredError, match="lies in the warehouse itself"):
        take_backup(warehouse, warehouse / "backup", NOW)


def test_without_a_warehouse_there_is_nothing_to_back_up_and_nothing_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(KindredError, match="there is no warehouse"):
        CliRunner().invoke(kindred, ["warehouse", "backup", str(tmp_path / "backup")], catch_exceptions=False)
    assert list(tmp_path.iterdir()) == []


def test_no_backup_is_taken_or_restored_while_a_night_runs(call, taken, warehouse, tmp_path):
    with FileLock(warehouse / "night.lock"):
        for arguments in (["backup", str(tmp_path / "backup")], ["restore", str(taken), "--replace"]):
            with pytest.raises(KindredError, match="another night is running"):
                call(*arguments)
    assert not (tmp_path / "backup").exists()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_byte_that_is_not_as_it_was_is_found_before_anything_is_touched(taken, tmp_path, data):
    folder = tmp_path / "damaged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(taken, folder)
    path = data.draw(
        st.sampled_from(sorted(path for path in (folder / "warehouse").rglob("*") if path.is_file()))
    )
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(KindredError, match=f"{path} is damaged; take another backup"):
        _restore(folder, tmp_path / "warehouse")
    assert list((tmp_path / "warehouse").iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / DESCRIPTION).unlink(), "is no backup: backup.json cannot be read"),
        (lambda folder: (folder / DESCRIPTION).write_text("{"), "backup.json is damaged"),
        (lambda folder: (folder / DESCRIPTION).write_text("[]"), "backup.json is damaged"),
        (lambda folder: (folder / "warehouse/privacy.key").unlink(), "privacy.key is missing"),
        (lambda folder: (folder / "warehouse/more").touch(), "more is not of it"),
        (
            lambda folder: _rewrite(folder, format=2),
            "is of format 2, and this Kindred reads 1; restore it with",
        ),
        (lambda folder: _rewrite(folder, duckdb_version="99.1.0"), r"was taken with DuckDB 99\.1\.0"),
    ],
)
def test_a_backup_that_cannot_be_used_is_refused_with_the_reason(taken, tmp_path, spoil, told):
    folder = Path(shutil.copytree(taken, tmp_path / "spoilt"))
    spoil(folder)
    with pytest.raises(KindredError, match=told):
        _restore(folder, tmp_path / "warehouse")
    assert list((tmp_path / "warehouse").iterdir()) == []


def _rewrite(folder: Path, **changes: object) -> None:
    described = json.loads((folder / DESCRIPTION).read_text())
    (folder / DESCRIPTION).write_text(json.dumps({**described, **changes}))


def test_whom_a_night_erased_since_is_erased_again_by_the_next(call, taken, warehouse):
    with connect(warehouse / "kindred.duckdb") as connection:
        connection.execute(
            "insert into operations.erasures values ('e2', 'digest', ?, ?, ?, 5)", [AS_OF, NOW, NOW]
        )
        connection.execute("insert into operations.tombstones values ('email', 'digest of ann')")
    told = call("restore", str(taken), "--replace")
    assert "the next night carries out 1 erasure of it again" in told
    database = warehouse / "kindred.duckdb"
    assert _ask(database, "select erasure_id, erased_at is null from operations.erasures order by 1") == [
        ("e1", False), ("e2", True)
    ]  # fmt: skip
    assert _ask(database, "from operations.tombstones") == [("email", "digest of ann")]
    (aside,) = warehouse.parent.glob("warehouse.replaced-*")
    assert _ask(aside / "kindred.duckdb", "select count(*) from operations.erasures") == [(2,)]


def test_what_lay_in_the_folder_of_a_warehouse_that_is_gone_is_put_aside(taken, tmp_path):
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "notes.txt").write_text("mine")
    aside = _restore(taken, tmp_path / "warehouse").put_aside
    assert aside is not None
    assert (aside / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("how", ["unreadable", "another secret"])
def test_a_warehouse_whose_erasures_cannot_be_taken_over_is_told(call, taken, warehouse, how):
    if how == "unreadable":
        (warehouse / "kindred.duckdb").write_bytes(b"no database")
    else:
        (warehouse / "privacy.key").write_text("f" * 64)
    told = call("restore", str(taken), "--replace")
    assert "deliver the requests since the backup anew" in told
    assert _ask(warehouse / "kindred.duckdb", "select erasure_id from operations.erasures") == [("e1",)]


def test_what_was_sent_since_stays_known_as_sent(warehouse, tmp_path):
    deliveries = warehouse / "deliveries.duckdb"
    for message in ("m1", "m2"):
        with duckdb.connect(str(deliveries)) as connection:
            connection.execute("create table if not exists sent_messages (message_id varchar)")
            connection.execute("insert into sent_messages values (?)", [message])
        if message == "m1":
            take_backup(warehouse, tmp_path / "backup", NOW)
    _restore(tmp_path / "backup", warehouse, is_replaced=True)
    assert _ask(deliveries, "from sent_messages order by 1") == [("m1",), ("m2",)]
    restored = _restore(tmp_path / "backup", tmp_path / "elsewhere" / "warehouse")
    assert restored.put_aside is None
    assert _ask(tmp_path / "elsewhere" / "warehouse" / "deliveries.duckdb", "from sent_messages") == [("m1",)]


def test_both_commands_answer_programs_too(call, warehouse, tmp_path):
    folder = tmp_path / "backup"
    taken = json.loads(call("backup", str(folder), "--json"))
    assert taken["as_of"] == "2026-02-28T00:00:00Z"
    assert taken["files"] == len(json.loads((folder / DESCRIPTION).read_text())["files"])
    assert taken["bytes"] == sum(p.stat().st_size for p in (folder / "warehouse").rglob("*") if p.is_file())
    restored = json.loads(call("restore", str(folder), "--replace", "--json"))
    assert restored["as_of"] == taken["as_of"]
    assert Path(restored["put_aside"]).is_dir()
    assert restored["erasures"] == 0
