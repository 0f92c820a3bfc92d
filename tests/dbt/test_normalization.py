"""What is compared when records are matched, from raw rows to keys, over more rows than a unit test holds."""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.lib.transformation.settings.nicknames import write_nicknames


@pytest.fixture(scope="module")
def persons(project, create_sources):
    """Run the models over 120 people, half of whom are said to be born when Unix time began, and hand out a query."""
    people = [
        {"customer_id": f"own{day}", "birth_date": f"1980-{1 + day // 28:02d}-{1 + day % 28:02d}"}
        for day in range(60)
    ]
    people += [{"customer_id": f"same{number}", "birth_date": "1970-01-01"} for number in range(60)]
    people[0] |= {"first_name": "Liz", "phone": "020 7946 0958", "country": "United Kingdom"}
    people[1] |= {"first_name": "Elizabeth", "phone": "+44 20 7946 0958", "country": "Deutschland"}

    def query(sql):
        project.release()
        with duckdb.connect(str(project.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    project.release()
    project.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        create_sources(connection, {"crm_customers": people}, "2024-02-01")
        write_nicknames(connection)
    assert project.invoke("run", "--full-refresh", "--select", "+int_persons_normalized") == []
    return query


def test_a_day_that_far_more_people_share_than_any_other_is_no_birth_date(persons):
    query = "select count(birth_date), count(*) from intermediate.int_persons_normalized where record_key like '%{}%'"
    assert persons(query.format("same")) == [(0, 60)]
    assert persons(query.format("own")) == [(60, 60)]


def test_a_nickname_and_two_writings_of_a_number_are_one(persons):
    query = "select given_name_root, phone, country from intermediate.int_persons_normalized where phone is not null"
    assert sorted(persons(query)) == [
        ("elizabeth", "442079460958", "DE"),
        ("elizabeth", "442079460958", "GB"),
    ]


def test_the_next_night_reads_only_new_numbers_and_forgets_those_that_went(project, persons):
    project.release()
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("delete from raw.crm_customers where customer_id = 'own1'")
        connection.execute(
            "update raw.crm_customers set phone = '0161 496 0000', country = 'United Kingdom' "
            "where customer_id = 'own2'"
        )
        connection.execute("update intermediate.int_phones_normalized set phone_e164 = '+440000000001'")
    assert project.invoke("run", "--select", "int_person_mentions_unioned", "int_phones_normalized") == []
    assert sorted(persons("select phone, phone_e164 from intermediate.int_phones_normalized")) == [
        ("0161 496 0000", "+441614960000"),
        ("020 7946 0958", "+440000000001"),
    ]
