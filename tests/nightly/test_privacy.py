"""What a night over the sample says of people's data: what each column is, what it was used for, what analysts get."""

from __future__ import annotations

import re

import duckdb
import pytest

from dagster_project.lib.common.catalog import list_columns
from dagster_project.lib.privacy.privacy_settings import SENSITIVE_COLUMNS
from dagster_project.lib.publication.copies import SCHEMAS
from dagster_project.lib.transformation.dbt_project.personal_data import CLASSES, class_of, table_purposes

PURPOSES = {"analytics", "personalization", "marketing_email", "advertising", "sale_or_sharing"}
NAMED = ("email", "phone", "street_address", "birth_date", "national_id")
"""Columns of crm/customers whose values are nobody else's, not even as a part of a text."""
SURVEY_WORDS = {"price"}
"""A family name of the sample that is also what a survey asks about."""


@pytest.fixture
def columns(published):
    return list_columns(published, SCHEMAS)


@pytest.fixture
def analyst(sample_night):
    with duckdb.connect(str(sample_night.snapshot / "analyst.duckdb"), read_only=True) as connection:
        yield connection


def test_every_published_column_has_a_class_of_personal_data(columns):
    classes = {(table, name): class_of(table, name) for table, names in columns.items() for name in names}
    assert len(classes) > 500
    assert sorted(place for place, kind in classes.items() if kind not in CLASSES) == []


def test_no_table_says_that_it_tells_of_nobody_and_names_a_person(columns):
    telling = {
        "customer_id",
        "visitor_id",
        "email",
        "phone",
        "first_name",
        "last_name",
        "birth_date",
        "gender",
    }
    assert [
        (table, name)
        for table, names in columns.items()
        for name in names
        if name in telling and class_of(table, name) == "none"
    ] == []


def test_a_new_column_has_no_class_until_somebody_says_it():
    assert class_of("marts.customer_features", "shoe_size") is None
    assert class_of("marts.dim_products", "shoe_size") == "none"
    assert class_of("marts.dim_customers", "email") == "direct"


def test_attributes_that_are_switched_on_by_name_are_of_the_sensitive_class(columns):
    for table in ("marts.customer_features", "marts.dim_customers"):
        listed = {name for names in SENSITIVE_COLUMNS.values() for name in names}.intersection(columns[table])
        assert listed
        assert {class_of(table, name) for name in listed} == {"sensitive"}


def test_every_table_with_customers_declares_its_purposes(columns):
    declared = table_purposes()
    with_customers = {
        table
        for table, names in columns.items()
        if "customer_id" in names and not table.startswith("quality.")
    }
    assert len(with_customers) > 30
    assert with_customers == set(declared)
    assert {purpose for purposes in declared.values() for purpose in purposes} == PURPOSES


def test_the_log_has_a_row_a_purpose_and_table_and_counts_nobody_who_denied(published, columns):
    logged = published.execute("select purpose, table_name, customers from quality.processing_log").fetchall()
    assert sorted((table, purpose) for purpose, table, _ in logged) == sorted(
        (table, purpose) for table, purposes in table_purposes().items() for purpose in purposes
    )
    counted = {(purpose, table): customers for purpose, table, customers in logged}
    (listed,) = published.execute(
        "select count(distinct customer_id) from activation.customer_recommendations"
    ).fetchone()
    assert counted["personalization", "activation.customer_recommendations"] == listed > 0
    for purpose in ("advertising", "marketing_email"):
        (granted,) = published.execute(
            "select count(*) from marts.customer_consents where purpose = ? and status = 'granted'", [purpose]
        ).fetchone()
        assert counted[purpose, "marts.dim_customers"] == granted > 0


def _texts(connection):
    """Every text of the database, in lower case."""
    columns = connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where data_type in ('VARCHAR', 'JSON', 'DATE', 'TIMESTAMP')"
    ).fetchall()
    return {
        value.lower()
        for schema, table, column in columns
        for (value,) in connection.execute(
            f'select distinct "{column}"::varchar from {schema}."{table}" where "{column}" is not null'
        ).fetchall()
    }


def _values(landing, feed, column):
    return {
        value.lower()
        for (value,) in duckdb.sql(
            f"select distinct trim({column}) from read_csv('{landing}/{feed}/*', union_by_name = true,"
            f" all_varchar = true) where trim({column}) <> ''"
        ).fetchall()
    }


def test_the_analysts_copy_holds_no_value_that_names_somebody_or_that_nobody_is_sorted_by(
    analyst, published, sample_landing
):
    texts, all_texts = _texts(analyst), _texts(published)
    blob = "\n".join(texts)
    for column in NAMED:
        values = _values(sample_landing, "crm/customers", column)
        assert len(values) > 100, column
        assert [value for value in values if value in blob] == [], column
    for column in ("first_name", "last_name", "gender", "income_band"):
        values = _values(sample_landing, "crm/customers", column)
        assert values & all_texts, column
        assert values & texts <= SURVEY_WORDS, column
    people = {
        f"{first} {last}".lower()
        for first, last in published.execute(
            "select first_name, last_name from marts.dim_customers"
        ).fetchall()
        if first and last
    }
    assert len(people) > 100
    assert [person for person in people if person in blob] == []


def test_no_column_of_the_analysts_copy_is_of_a_class_that_is_withheld(analyst):
    kinds = {
        class_of(table, name) for table, names in list_columns(analyst, SCHEMAS).items() for name in names
    }
    assert kinds == {"indirect", "none"}


def test_the_page_about_privacy_tells_the_audit_of_the_night(sample_night):
    page = (sample_night.snapshot / "report" / "privacy.html").read_text()
    assert "quality.processing_log" in page
    assert "Columns of class direct" in page
    assert re.search(r"<th scope=\"row\">marketing email</th>", page)
