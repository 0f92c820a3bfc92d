"""A backup that is not as it was written is refused, with the reason, before anything is touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.lib.backups.contents import DESCRIPTION
from dagster_project.lib.common.errors import KindredError
from tests.backups.small_warehouse import restore


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
        restore(folder, tmp_path / "warehouse")
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
        restore(folder, tmp_path / "warehouse")
    assert list((tmp_path / "warehouse").iterdir()) == []


def _rewrite(folder: Path, **changes: object) -> None:
    described = json.loads((folder / DESCRIPTION).read_text())
    (folder / DESCRIPTION).write_text(json.dumps({**described, **changes}))
