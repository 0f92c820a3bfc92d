"""The page on deployment is true: files are there, commands and variables are known, units are what systemd takes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from dagster_project.cli.jobs import INSTANCE
from dagster_project.cli.main import kindred
from dagster_project.settings import PROJECT

PAGE = PROJECT / "docs" / "deployment.md"
EXAMPLES = PROJECT / "examples" / "deployment"
UNITS = sorted((EXAMPLES / "systemd").iterdir())
DOCKERFILE = (EXAMPLES / "docker" / "Dockerfile").read_text()
READS_ENVIRONMENT = [PROJECT / "dagster_project" / "settings.py", EXAMPLES / "config" / INSTANCE]
NOT_KINDREDS = {"CRM_TOKEN"}
"""An example of what a destination may name."""


def _texts() -> str:
    files = [path for path in EXAMPLES.rglob("*") if path.is_file()]
    return "\n".join(path.read_text() for path in [PAGE, *files])


def test_every_link_leads_to_something_and_every_example_is_named():
    text = PAGE.read_text()
    targets = re.findall(r"\]\(([^)#:]+)", text)
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []
    linked = {(PAGE.parent / target).resolve() for target in targets}
    files = {
        path for path in EXAMPLES.rglob("*") if path.is_file() and path.suffix not in (".dockerignore", ".md")
    }
    assert files <= linked, files - linked
    assert [name for name in re.findall(r"examples/deployment/[\w./-]+\w", _texts())
            if not list(PROJECT.glob(f"{name}*"))] == []  # fmt: skip


def test_every_command_is_one_of_kindred():
    named = set(
        re.findall(r"(?:`|bin/|^|&& |--env-file environment )kindred ((?:[a-z-]+ ?){1,2})", _texts(), re.M)
    )
    commands = {tuple(words.split()) for words in named}
    assert {("nightly",), ("warehouse", "backup"), ("warehouse", "restore")} <= commands
    for words in commands:
        group = kindred.get_command(click.Context(kindred), words[0])
        wanted = words if isinstance(group, click.Group) else words[:1]
        result = CliRunner().invoke(kindred, [*wanted, "--help"])
        assert result.exit_code == 0, words


def test_containers_run_commands_of_kindred():
    compose = yaml.safe_load((EXAMPLES / "docker" / "compose.yml").read_text())
    manifests = list(yaml.safe_load_all((EXAMPLES / "kubernetes" / "kindred.yml").read_text()))
    job, api = manifests[1]["spec"]["jobTemplate"]["spec"], manifests[2]["spec"]
    called = [service["command"] for service in compose["services"].values()]
    called += [pod["template"]["spec"]["containers"][0]["args"] for pod in (job, api)]
    called.append(yaml.safe_load(re.findall(r"^CMD (.+)$", DOCKERFILE, re.M)[0]))
    assert len(called) == 5
    for arguments in called:
        result = CliRunner().invoke(kindred, [*arguments, "--help"])
        assert result.exit_code == 0, arguments


def test_every_variable_is_read_by_somebody():
    read = "\n".join(path.read_text() for path in READS_ENVIRONMENT)
    named = set(re.findall(r"\b(?:KINDRED|DAGSTER)_[A-Z_]+|\b(?:DATA|CONFIG)_DIR\b|\bAS_OF\b", _texts()))
    in_file = set(re.findall(r"^#?([A-Z_]+)=", (EXAMPLES / "environment").read_text(), re.M))
    assert len(named | in_file) >= 5
    assert {name for name in (named | in_file) - NOT_KINDREDS if name not in read} == set()


def test_the_image_copies_what_is_there_and_does_not_run_as_root():
    copied = [name for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.M) for name in line.split()[:-1]]
    assert {"requirements.lock", "dagster_project", "dbt"} <= set(copied)
    assert [name for name in copied if not (PROJECT / name).exists()] == []
    let_in = re.findall(r"^!(.+)$", (EXAMPLES / "docker" / "Dockerfile.dockerignore").read_text(), re.M)
    assert sorted(let_in) == sorted(copied)
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.M)[-1] not in ("root", "0")


def test_the_line_of_cron_is_one_that_a_shell_takes():
    (line,) = re.findall(r"^\d.*$", (EXAMPLES / "kindred.cron").read_text(), re.M)
    *_, user, command = line.split(maxsplit=6)
    assert user == "kindred"
    assert "%" not in command, "cron takes it for the end of the line"
    assert subprocess.run(["bash", "-n", "-c", command], check=False).returncode == 0
    assert ".venv/bin/kindred" in shlex.split(command)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path):
    assert len(UNITS) == 4
    for unit in UNITS:
        # systemd asks for the program itself, which is on no machine but the one that it is installed on
        (tmp_path / unit.name).write_text(
            unit.read_text().replace("/opt/kindred/.venv/bin/kindred", "/bin/true")
        )
    verified = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (verified.returncode, verified.stderr) == (0, "")
