"""Numbers as tills write them."""

import duckdb
import pytest

from dagster_project.lib.ingestion.contracts.dialects import Dialect
from dagster_project.lib.ingestion.contracts.number_casts import number_of


def read(text: str, **dialect: object) -> float | None:
    (number,) = duckdb.execute(f"select {number_of('$1', Dialect(**dialect))}", [text]).fetchone()
    return number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.50", 12.5),
        ("1,234.56", 1234.56),
        ("1,234,567", 1234567),
        ("1 234.5", 1234.5),
        ("1'234.50", 1234.5),
        ("-1,234.56", -1234.56),
        ("12.50 €", None),
        ("1.234,56", None),
        ("12,34", None),
        ("1,23,456.00", None),
    ],
)
def test_with_a_decimal_point_other_marks_group_thousands(text, number):
    assert read(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", 1234.56),
        ("1.234", 1234),
        ("12,5", 12.5),
        ("1 234,56", 1234.56),
        ("1\u00a0234,56", 1234.56),
        ("1\u202f234,56", 1234.56),
        ("12.50", None),
        ("1.23,4", None),
        ("1 23", None),
    ],
)
def test_with_a_decimal_comma_points_and_spaces_group_thousands(text, number):
    """Exports of France and Czechia group by a space that does not break; each such amount was lost."""
    assert read(text, decimal=",") == number


@pytest.mark.parametrize(
    ("text", "decimal"), [("0,500", "."), ("0.500", ","), ("012,345.00", "."), ("0 500,0", ",")]
)
def test_no_grouped_number_begins_with_a_zero(text, decimal):
    """Half a kilogram was read as five hundred."""
    assert read(text, decimal=decimal) is None


def test_of_signs_that_begin_alike_the_longer_is_taken_off():
    assert read("kr. 100", currency=["kr", "kr."]) == 100
    assert read("100 kr", currency=["kr", "kr."]) == 100


def test_a_lone_comma_groups_thousands_only_where_the_contract_says_so():
    assert read("1,234") is None
    assert read("1,234", decimal=".") == 1234


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56 €", 1234.56),
        ("€ 12,50", 12.5),
        ("-€12,50", -12.5),
        ("€-12,50", -12.5),
        ("12,50\u00a0€", 12.5),
        ("12,50", 12.5),
        ("12,50 eur", 12.5),
        ("12,50 $", None),
        ("€", None),
        ("12,50 € pro Stück", None),
    ],
)
def test_the_declared_sign_of_a_currency_is_taken_off_and_no_other(text, number):
    """Amounts such as 1.234,56 € made a whole file of order lines fall into quarantine."""
    assert read(text, decimal=",", currency=["€", "EUR"]) == number


def test_a_sign_that_means_something_in_regular_expressions_is_only_a_sign():
    assert read("$1,234.50", currency="$") == 1234.5
    assert read("12.50 kr.", currency="kr.") == 12.5
    assert read("12.50 krx", currency="kr.") is None
