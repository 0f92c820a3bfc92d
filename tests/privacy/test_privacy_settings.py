"""What privacy.yml says, and where it is wrong."""

from __future__ import annotations

import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.config_tables import load_config_tables
from dagster_project.lib.privacy.privacy_settings import (
    SENSITIVE,
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


def _switched_on(tmp_path):
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        write_privacy_settings(connection, load_privacy_settings(tmp_path))
        return connection.execute(f"from {SENSITIVE}").fetchall()


def test_no_sensitive_attribute_is_switched_on_but_those_that_the_file_names(tmp_path):
    assert _switched_on(tmp_path) == []
    withheld = load_privacy_settings(tmp_path).withheld_columns
    assert withheld == {"age", "age_band", "birth_date", "gender", "income_band"}
    (tmp_path / "privacy.yml").write_text("sensitive_attributes: [income_band, age, age]\n")
    assert _switched_on(tmp_path) == [("age",), ("income_band",)]
    assert load_privacy_settings(tmp_path).withheld_columns == {"gender"}
    (tmp_path / "privacy.yml").write_text("sensitive_attributes: []\n")
    assert _switched_on(tmp_path) == []


def test_clusters_by_an_attribute_that_is_not_switched_on_stop_a_night_before_it_begins(tmp_path):
    (tmp_path / "segments.yml").write_text("features: [recency_days, age]\n")
    with pytest.raises(KindredError, match=r"segments.yml: features: age is a sensitive attribute"):
        load_config_tables(tmp_path)
    (tmp_path / "privacy.yml").write_text("sensitive_attributes: [age]\n")
    assert load_config_tables(tmp_path).privacy.sensitive_attributes == ["age"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("undecided:\n  advertising: perhaps\n", "line 2: undecided.advertising"),
        ("undecided:\n  analytics: granted\n  fun: granted\n", "line 3: undecided.fun"),
        ("unknown: {}\n", "line 1: unknown"),
        ("sensitive_attributes:\n  - age\n  - religion\n", "line 3: sensitive_attributes.1"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, said):
    (tmp_path / "privacy.yml").write_text(text)
    with pytest.raises(KindredError, match=f"privacy.yml {said}"):
        load_privacy_settings(tmp_path)
