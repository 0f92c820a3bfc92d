"""identity.yml: what it may say, what a mistake in it is answered with, and one place for its defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.dbt_project.project import read_models
from dagster_project.lib.transformation.settings.identity_settings import (
    COLUMNS,
    IdentitySettings,
    load_identity_settings,
    write_identity_settings,
)

STAGED = "model.kindred.stg_operations__identity_settings"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        yield connection


def _load(folder: Path, text: str) -> IdentitySettings:
    (folder / "identity.yml").write_text(text)
    return load_identity_settings(folder)


def _staged(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    """What the staging model makes of operations.identity_settings."""
    sql = re.sub(r"\{\{ source\('(\w+)', '(\w+)'\) \}\}", r"\1.\2", read_models()[STAGED]["raw_code"])
    result = connection.execute(sql)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_no_file_and_an_empty_file_mean_the_defaults(tmp_path):
    assert load_identity_settings(tmp_path) == IdentitySettings() == _load(tmp_path, "")


def test_models_have_the_same_defaults_where_no_night_wrote_settings(connection):
    listed = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"create table operations.identity_settings ({listed})")
    assert _staged(connection) == [{name: getattr(IdentitySettings(), name) for name in COLUMNS}]


def test_models_read_what_the_file_says(tmp_path, connection):
    text = "default_country: DE\nmatch_probability: 0.9\nlargest_cluster: 7\nnational_id_conflict: veto\n"
    settings = _load(tmp_path, text + "match_visitors_by_behaviour: true\n")
    write_identity_settings(connection, IdentitySettings())
    write_identity_settings(connection, settings)
    expected = {name: getattr(IdentitySettings(), name) for name in COLUMNS}
    expected |= {"default_country": "DE", "match_probability": 0.9, "largest_cluster": 7}
    expected |= {"national_id_conflict": "veto", "match_visitors_by_behaviour": True}
    assert _staged(connection) == [expected]


def test_shared_values_are_written_once_each(tmp_path, connection):
    text = "shared_values: {email: [team@shop.example, ' team@shop.example'], phone: ['030 1234567']}"
    write_identity_settings(connection, _load(tmp_path, text))
    written = connection.execute("from operations.identity_shared_values order by all").fetchall()
    assert written == [("email", "team@shop.example"), ("phone", "030 1234567")]


def test_rules_are_written_one_row_a_source_and_an_attribute_gone_by(tmp_path, connection):
    text = """
        survivorship: {city: most_frequent, email: {rule: most_trusted, sources: [pos/orders, crm/customers]}}
        imputation: {gender: {method: mode}, income_band: {method: model, by: [city, age_band]}}
    """
    write_identity_settings(connection, _load(tmp_path, text))
    assert connection.execute("from operations.survivorship_rules").fetchall() == [
        ("city", "most_frequent", None, None),
        ("email", "most_trusted", "pos/orders", 1),
        ("email", "most_trusted", "crm/customers", 2),
    ]
    assert connection.execute("from operations.imputation_rules").fetchall() == [
        ("gender", "mode", None),
        ("income_band", "model", "city"),
        ("income_band", "model", "age_band"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("largest_clusters: 5", "line 1: largest_clusters"),
        ("block_size: 60\ntarget_precision: 1.5", "line 2: target_precision"),
        ("match_probability: 0", "line 1: match_probability"),
        ("default_country: Germany", "line 1: default_country"),
        ("birth_date_conflict: never", "line 1: birth_date_conflict"),
        ("shared_values: {email: ['']}", "line 1: shared_values"),
        ("survivorship: {city: newest}", "line 1: survivorship.city.rule"),
        ("survivorship:\n  nickname: most_recent", "line 2: survivorship.nickname"),
        ("survivorship:\n  city: most_trusted", "line 2: survivorship.city"),
        (
            "survivorship: {city: {rule: most_frequent, sources: [crm/customers]}}",
            "line 1: survivorship.city",
        ),
        ("survivorship: {city: {rule: most_trusted, sources: [crm]}}", "line 1: survivorship.city"),
        ("imputation: {city: {method: mean}}", "line 1: imputation"),
        ("imputation: {city: {method: model, by: [gender]}}", "line 1: imputation"),
        ("imputation: {gender: {method: model}}", "line 1: imputation"),
        ("imputation: {gender: {method: mode, by: [gender]}}", "line 1: imputation"),
        ("imputation: {birth_year: {method: mean, by: [age_band]}}", "line 1: imputation"),
        ("shared_values:\n  address: [x]", "line 2: shared_values.address"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, message):
    with pytest.raises(KindredError, match=re.escape(f"identity.yml {message}")):
        _load(tmp_path, text)


def test_the_readme_shows_every_key_with_its_default():
    readme = (Path(__file__).resolve().parents[3] / "config" / "README.md").read_text()
    example = readme.split("## identity.yml")[1].split("```yaml")[1].split("```")[0]
    assert IdentitySettings.model_validate(yaml.safe_load(example)) == IdentitySettings()
    shown = set(re.findall(r"^(?:# )?(\w+):", example, re.MULTILINE))
    assert shown == set(IdentitySettings.model_fields)
