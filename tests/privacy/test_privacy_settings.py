"""What privacy.yml says, and where it is wrong."""

from __future__ import annotations

import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy.privacy_settings import (
    UNDECIDED,
    load_privacy_settings,
    write_privacy_settings,
)

DEFAULTS = {
    "analytics": "granted", "personalization": "granted", "marketing_email": "denied", "advertising": "denied",
    "sale_or_sharing": "denied",
}  # fmt: skip


def _written(tmp_path):
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        write_privacy_settings(connection, load_privacy_settings(tmp_path))
        return dict(connection.execute(f"from {UNDECIDED}").fetchall())


def test_who_says_nothing_is_written_to_by_nobody_and_may_be_recommended_to(tmp_path):
    assert _written(tmp_path) == DEFAULTS


def test_what_the_file_says_of_a_purpose_leaves_the_others(tmp_path):
    (tmp_path / "privacy.yml").write_text("undecided:\n  personalization: denied\n")
    assert _written(tmp_path) == {**DEFAULTS, "personalization": "denied"}
    (tmp_path / "privacy.yml").write_text("undecided: {marketing_email: granted}\n")
    assert _written(tmp_path) == {**DEFAULTS, "marketing_email": "granted"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("undecided:\n  advertising: perhaps\n", "line 2: undecided.advertising"),
        ("undecided:\n  analytics: granted\n  fun: granted\n", "line 3: undecided.fun"),
        ("unknown: {}\n", "line 1: unknown"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, said):
    (tmp_path / "privacy.yml").write_text(text)
    with pytest.raises(KindredError, match=f"privacy.yml {said}"):
        load_privacy_settings(tmp_path)
