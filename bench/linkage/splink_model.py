"""What Splink is told: comparisons, blocking and training rules over Kindred's normalized persons.

Chosen to get the best out of Splink on all sets, the truth being known; columns without values are left out, as a
user would. What does not belong here: running it.
"""

from __future__ import annotations

from collections.abc import Iterator

import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import SettingsCreator, block_on
from splink.internals.comparison_level_creator import ComparisonLevelCreator

BLOCKING = [
    ("email",),
    ("phone",),
    ("national_id",),
    ("loyalty_id",),
    ("surname", "birth_date"),
    ("given_name_root", "birth_date"),
    ("given_name_root", "surname"),
    ("birth_date", "postal_code"),
    ("door", "given_name_root"),
    ("door", "initial"),
    ("postal_code", "given_start"),
]
LOOSE_BLOCKING = [("given_name_root",), ("surname",), ("birth_date",), ("postal_code",), ("city",)]
SMALL = 20_000
"""Up to so many records the loose rules are affordable too."""
TRAINING = [("given_name", "surname"), ("birth_date",)]
"""Not the address, the telephone or the mailbox: who shares those is often another member of the household."""
PREPARED = """
    select
        *,
        split_part(email, '@', 1) as email_user,
        strftime(birth_date, '%Y%m%d') as birth_text,
        house_number || ' ' || street as door,
        left(given_name_root, 1) as initial,
        left(given_name_root, 3) as given_start
    from {persons}
"""
"""What costs too much to work out for each pair."""
RARE = 1e-6
"""How often two strangers stand in a level that sampling hardly ever meets: without it Splink takes a default."""
CERTAIN = [("given_name", "surname", "birth_date"), ("email", "given_name"), ("national_id",)]
"""Rules that hardly admit a wrong pair, and find about CERTAIN_RECALL of all."""
CERTAIN_RECALL = 0.7


def _names() -> Iterator[comparisons.CustomComparison]:
    given = [
        levels.NullLevel("given_name"),
        levels.ExactMatchLevel("given_name", term_frequency_adjustments=True),
        levels.CustomLevel("given_name_root_l = given_name_root_r").configure(
            tf_adjustment_column="given_name_root"
        ),
        _rare(levels.CustomLevel("given_name_l = surname_r and surname_l = given_name_r")),
        levels.JaroWinklerLevel("given_name", 0.92),
        levels.JaroWinklerLevel("given_name", 0.85),
        levels.CustomLevel(
            "left(given_name_l, 1) = left(given_name_r, 1) and least(length(given_name_l), length(given_name_r)) = 1"
        ),
        levels.ElseLevel(),
    ]
    surname = [
        levels.NullLevel("surname"),
        levels.ExactMatchLevel("surname", term_frequency_adjustments=True),
        _rare(levels.CustomLevel("given_name_l = surname_r and surname_l = given_name_r")),
        levels.JaroWinklerLevel("surname", 0.92),
        levels.JaroWinklerLevel("surname", 0.85),
        levels.ElseLevel(),
    ]
    yield comparisons.CustomComparison(given, "given_name")
    yield comparisons.CustomComparison(surname, "surname")


def _birth_date() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        [
            levels.NullLevel("birth_date"),
            levels.ExactMatchLevel("birth_date", term_frequency_adjustments=True),
            levels.DamerauLevenshteinLevel("birth_text", 1),
            levels.CustomLevel(
                "year(birth_date_l) = year(birth_date_r)"
                " and month(birth_date_l) = day(birth_date_r) and day(birth_date_l) = month(birth_date_r)"
            ),
            levels.CustomLevel("abs(birth_date_l - birth_date_r) <= 31"),
            levels.CustomLevel(
                "month(birth_date_l) = month(birth_date_r) and day(birth_date_l) = day(birth_date_r)"
            ),
            levels.CustomLevel("year(birth_date_l) = year(birth_date_r)"),
            levels.ElseLevel(),
        ],
        "birth_date",
    )


def _address() -> comparisons.CustomComparison:
    """One comparison, since street, postal code and city say the same thing three times."""
    same_place = "(postal_code_l = postal_code_r or city_l = city_r)"
    like_street = "jaro_winkler_similarity(street_l, street_r) >= 0.9"
    like_city = "jaro_winkler_similarity(city_l, city_r) >= 0.92"
    return comparisons.CustomComparison(
        [
            levels.CustomLevel(
                " and ".join(
                    f"({name}_l is null or {name}_r is null)" for name in ("street", "postal_code", "city")
                )
            ).configure(is_null_level=True),
            levels.CustomLevel(f"door_l = door_r and {same_place}"),
            levels.CustomLevel(f"{like_street} and house_number_l = house_number_r and {same_place}"),
            levels.ExactMatchLevel("door", term_frequency_adjustments=True),
            levels.CustomLevel(f"street_l = street_r and {same_place}"),
            levels.ExactMatchLevel("postal_code", term_frequency_adjustments=True),
            levels.ExactMatchLevel("city", term_frequency_adjustments=True),
            levels.CustomLevel(f"levenshtein(postal_code_l, postal_code_r) <= 1 or {like_city}"),
            levels.ElseLevel(),
        ],
        "street",
    )


def _email() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        [
            levels.NullLevel("email"),
            levels.ExactMatchLevel("email", term_frequency_adjustments=True),
            levels.ExactMatchLevel("email_user", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("email_user", 0.92),
            levels.ElseLevel(),
        ],
        "email",
    )


def _rare(level: ComparisonLevelCreator) -> ComparisonLevelCreator:
    return level.configure(u_probability=RARE, fix_u_probability=True)


def _exact_or_mistyped(column: str, distance: int) -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True),
            _rare(levels.DamerauLevenshteinLevel(column, distance)),
            levels.ElseLevel(),
        ],
        column,
    )


def settings_for(columns: set[str], records: int) -> SettingsCreator:
    """The model over the columns that hold values; `record_key` names a record."""
    chosen = {
        "birth_date": [_birth_date()],
        "email": [_email()],
        "phone": [_exact_or_mistyped("phone", 1)],
        "national_id": [_exact_or_mistyped("national_id", 1)],
        "loyalty_id": [comparisons.ExactMatch("loyalty_id").configure(term_frequency_adjustments=True)],
        "gender": [comparisons.ExactMatch("gender")],
    }
    held = [comparison for column, several in chosen.items() if column in columns for comparison in several]
    places = [_address()] if columns & {"street", "postal_code", "city"} else []
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_key",
        comparisons=[*_names(), *held, *places],
        blocking_rules_to_generate_predictions=rules(BLOCKING + LOOSE_BLOCKING * (records <= SMALL), columns),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def rules(several: list[tuple[str, ...]], columns: set[str]) -> list:
    """Those of the blocking rules whose columns hold values."""
    return [block_on(*names) for names in several if columns.issuperset(names)]
