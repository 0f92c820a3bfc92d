"""A night that is published is answered from without a restart; no answer is of two, and none waits or fails."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy, rmtree

import duckdb
import pytest

from dagster_project.lib.activation.api import snapshots
from tests.activation.api.nights import point_at, publish

PATHS = ["/customers/c1/recommendations", "/customers/c1/segments", "/customers/c1/profile",
         "/customers/c1/content/homepage", "/visitors/nobody/content/homepage", "/products/p1/similar"]  # fmt: skip


def _wait_until(happened, seconds=20):
    ends_at = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends_at, f"it did not come to that in {seconds} seconds"
        time.sleep(0.02)


def _wait_for(client, run):
    _wait_until(lambda: client.get("/health").json().get("run_id") == run)


def _open_stores(published):
    files = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [name for name in files if name.startswith(str(published)) and "store.sqlite" in name]


def test_every_answer_is_of_one_night_while_others_are_published(tmp_path, open_api):
    publish(tmp_path, "run_1")
    answers, is_over = defaultdict(list), threading.Event()

    def ask_on(path):
        while not is_over.is_set():
            answer = client.get(path)
            answers[path].append((answer.status_code, answer.text))
            time.sleep(0.01)

    with open_api(tmp_path, tmp_path) as client, ThreadPoolExecutor(len(PATHS)) as threads:
        asking = [threads.submit(ask_on, path) for path in PATHS]
        try:
            for number in (2, 3, 4):
                publish(tmp_path, f"run_{number}", f"2026-07-0{number}")
                _wait_for(client, f"run_{number}")
                _wait_until(
                    lambda run=f"run_{number}": any(run in given[-1][1] for given in [*answers.values()])
                )
                rmtree(tmp_path / "snapshots" / f"run_{number - 1}")
        finally:
            is_over.set()
        for each in asking:
            each.result()
    assert answers.keys() == set(PATHS)
    for path, given in answers.items():
        assert {status for status, _ in given} == {200}, path
        of = [set(re.findall(r"run_\d", text)) for _, text in given]
        assert of == [{json.loads(text)["run_id"]} for _, text in given], path
        assert len(set.union(*of)) > 1, path
    assert {run for given in answers.values() for _, text in given for run in re.findall(r"run_\d", text)} == {
        "run_1", "run_2", "run_3", "run_4",
    }  # fmt: skip


def test_a_folder_may_have_any_name(tmp_path, open_api):
    published = tmp_path / "a#b%20c"
    publish(published, "run_1")
    with open_api(published, tmp_path) as client:
        assert client.get("/customers/c1/segments").json()["is_known"]


def test_the_snapshot_before_is_closed_once_nobody_reads_it(tmp_path, open_api):
    publish(tmp_path, "run_1")
    with open_api(tmp_path, tmp_path) as client:
        client.get("/customers/c1/content/homepage")
        before = _open_stores(tmp_path)
        publish(tmp_path, "run_2")
        _wait_for(client, "run_2")
        after = _open_stores(tmp_path)
    assert (len(before), len(after)) == (1, 1) and before != after


def test_what_is_taken_out_of_a_snapshot_that_stays_is_answered_no_more(tmp_path, open_api):
    folder = publish(tmp_path, "run_1")
    with open_api(tmp_path, tmp_path) as client:
        assert client.get("/customers/c1/segments").json()["is_known"]
        anew = folder / "anew.duckdb"
        copy(folder / "kindred.duckdb", anew)
        with duckdb.connect(str(anew)) as connection:
            connection.execute("delete from activation.content_variables where customer_id = 'c1'")
        anew.replace(folder / "kindred.duckdb")
        _wait_until(lambda: not client.get("/customers/c1/segments").json()["is_known"])
        assert client.get("/customers/c3/segments").json()["is_known"]


def test_a_snapshot_that_stays_and_cannot_be_read_any_more_is_answered_no_more(tmp_path, open_api):
    folder = publish(tmp_path, "run_1")
    with open_api(tmp_path, tmp_path) as client:
        (folder / "anew").write_text("not a database")
        (folder / "anew").replace(folder / "kindred.duckdb")
        _wait_until(lambda: client.get("/customers/c1/segments").status_code == 503)
        refused = client.get("/health")
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.headers["Retry-After"] == "60"
        publish(tmp_path, "run_2")
        _wait_for(client, "run_2")


def test_a_snapshot_that_cannot_be_read_leaves_the_one_before_until_another_is_published(
    tmp_path, open_api, monkeypatch
):
    first = publish(tmp_path, "run_1")
    said = []
    monkeypatch.setattr(snapshots, "say", lambda _, message: said.append(message))
    with open_api(tmp_path, tmp_path) as client:
        broken = tmp_path / "snapshots" / "broken"
        broken.mkdir()
        (broken / "manifest.json").write_text("{}")
        (broken / "kindred.duckdb").write_text("Ann <ann@mail.example>")
        point_at(tmp_path, broken)
        message = "the snapshot before goes on answering: the snapshot broken cannot be read (IOException)"
        _wait_until(lambda: message in said)
        assert client.get("/customers/c1/segments").json()["run_id"] == "run_1"
        # At once: the minute is for the one that failed.
        publish(tmp_path, "run_2")
        _wait_for(client, "run_2")
        point_at(tmp_path, first)
        _wait_for(client, "run_1")
    assert said.count(message) == 1


@pytest.mark.parametrize("name", ["templates/mine/template.yml", "content.yml"])
def test_a_mistake_in_the_config_folder_keeps_the_templates_and_not_the_night(
    tmp_path, open_api, monkeypatch, name
):
    monkeypatch.setattr(snapshots, "_AGAIN_AFTER_SECONDS", 0.02)
    publish(tmp_path, "run_1")
    config: Path = tmp_path / "config" / name
    config.parent.mkdir(parents=True)
    said = []
    monkeypatch.setattr(snapshots, "say", lambda _, message: said.append(message))
    with open_api(tmp_path, tmp_path / "config") as client:
        config.write_text("kin: [")
        publish(tmp_path, "run_2")
        _wait_for(client, "run_2")
        assert any(message.startswith("the templates before go on: ") for message in said)
        assert client.get("/customers/c1/content/banner").status_code == 200
        config.unlink()
        _wait_until(lambda: "the templates are read anew" in said)
