"""Two records of one person are found to be compared whichever of their fields is wrong, and strangers are not."""

from __future__ import annotations

import duckdb
import pytest

PEOPLE = [
    ("Agatha", "Quill", "1951-03-14", "3 Elm Row", "Bath", "BA1 1AA", "02079460101"),
    ("Boris", "Thorne", "1962-07-25", "14 Mill Lane", "York", "YO1 7AA", "02079460212"),
    ("Celia", "Vance", "1973-11-06", "25 Kings Road", "Leeds", "LS1 1BB", "02079460323"),
    ("Dmitri", "Yarrow", "1984-01-17", "36 Ash Grove", "Derby", "DE1 2CC", "02079460434"),
    ("Elspeth", "Larkin", "1995-05-28", "47 Dock Street", "Truro", "TR1 3DD", "02079460545"),
    ("Fergus", "Moxley", "1956-09-09", "58 Bell Yard", "Oban", "PA34 4EE", "02079460656"),
    ("Greta", "Nettle", "1967-12-20", "69 Park Crescent", "Ripon", "HG4 5FF", "02079460767"),
    ("Hector", "Osgood", "1978-02-02", "70 Fern Close", "Wells", "BA5 6GG", "02079460878"),
    ("Imogen", "Pratt", "1989-06-11", "81 Chapel Hill", "Crewe", "CW1 7HH", "02079460989"),
]
FIELDS = ["first_name", "last_name", "birth_date", "street_address", "city", "postal_code", "phone"]
WRONG = {
    "first_name": "Zsofia",
    "last_name": "Wimple",
    "birth_date": "1940-10-30",
    "street_address": "99 Zeppelin Walk",
    "city": "Ullapool",
    "postal_code": "IV26 2XX",
    "phone": "02079469999",
}
SLIPS = {
    **{field: {field: value} for field, value in WRONG.items()},
    "swapped": {},
    "all_but_name_and_city": {},
}


def records() -> list[dict[str, object]]:
    """A pair of records for each way to go wrong, each of another person."""
    rows: list[dict[str, object]] = []
    for (slip, wrong), values in zip(SLIPS.items(), PEOPLE, strict=True):
        right: dict[str, object] = dict(zip(FIELDS, values, strict=True))
        copy = {**right, **wrong}
        if slip == "swapped":
            copy.update(first_name=right["last_name"], last_name=right["first_name"])
        if slip == "all_but_name_and_city":
            kept = ("first_name", "last_name", "city")
            copy = {**WRONG, **{field: right[field] for field in kept}}
        rows += [{**right, "customer_id": f"{slip}.a"}, {**copy, "customer_id": f"{slip}.b"}]
    return [{**row, "country": "GB"} for row in rows]


@pytest.fixture(scope="module")
def found(project, create_sources) -> set[tuple[str, str]]:
    """The pairs that blocking found, by customer id, the smaller first."""
    project.release()
    project.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        create_sources(connection, {"crm_customers": records()}, "2024-03-01 00:00:00")
    assert project.invoke("run", "--select", "+int_person_pairs_compared") == []
    project.release()
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        pairs = connection.execute("""
            with ids as (
                select person_id, split_part(record_key, '|', 3) as id from intermediate.int_persons_prepared
            )
            select least(one.id, other.id), greatest(one.id, other.id)
            from intermediate.int_person_pairs_compared as pairs
            join ids as one on pairs.left_id = one.person_id
            join ids as other on pairs.right_id = other.person_id
        """).fetchall()
    return set(pairs)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_person_is_found_whatever_is_wrong(found, slip):
    assert (f"{slip}.a", f"{slip}.b") in found


def test_those_who_share_nothing_are_not_compared(found):
    # records b of two persons are wrong in the same way
    strangers = [
        (one, other)
        for one, other in found
        if one.split(".")[0] != other.split(".")[0] and not (one.endswith(".b") and other.endswith(".b"))
    ]
    assert strangers == []
