"""Columns that come and go are told of, and nothing that a file brought is lost by it."""

from __future__ import annotations

CHANGES = "select column_name, change, file_path from quality.schema_changes order by all"
HEADER = "customer_id,answered_at,question,answer"


def test_a_new_column_is_kept_and_told_once(shop):
    shop.write("crm/surveys/1.csv", f"{HEADER}\n1,2026-01-01,q,a\n")
    shop.write("crm/surveys/2.csv", f"{HEADER},mood\n2,2026-01-02,q,a,fine\n")
    shop.write("crm/surveys/3.csv", f"{HEADER},mood\n3,2026-01-03,q,a,bad\n")
    shop.ingest()
    assert shop.rows(CHANGES) == [("mood", "new", "crm/surveys/2.csv")]
    assert shop.rows("select _extra ->> 'mood' from raw.crm_surveys order by customer_id") == [
        (None,),
        ("fine",),
        ("bad",),
    ]


def test_a_column_that_stays_is_new_in_one_night_alone(shop):
    for day, extra in enumerate(["", ",mood", ",mood"], 1):
        shop.write(
            f"crm/surveys/{day}.csv", f"{HEADER}{extra}\n{day},2026-01-01,q,a{',fine' if extra else ''}\n"
        )
        shop.ingest()
    assert shop.rows(CHANGES) == [("mood", "new", "crm/surveys/2.csv")]


def test_a_column_that_stays_away_is_told(shop):
    shop.write("crm/customers/1.csv", "customer_id,email\n1,a@b.example\n")
    shop.ingest()
    shop.write("crm/customers/2.csv", "customer_id\n2\n")
    shop.ingest()
    assert shop.rows(CHANGES) == [("email", "missing", "crm/customers/2.csv")]
    assert shop.rows("select email from raw.crm_customers order by customer_id") == [
        ("a@b.example",),
        (None,),
    ]


def test_a_new_key_in_json_lines_is_told(shop):
    shop.write("crm/customers/1.jsonl", '{"customer_id":"1"}\n{"customer_id":"2","mood":"fine"}\n')
    shop.ingest()
    assert shop.rows(CHANGES) == [("mood", "new", "crm/customers/1.jsonl")]


def test_of_a_known_layout_only_columns_that_it_has_no_use_for_are_beyond_the_contract(shop):
    """All of an export's own names were told of as new, though canonical columns were made of them."""
    shop.contract("klaviyo/events", "format: klaviyo\n")
    shop.write(
        "klaviyo/events/a.csv",
        "id,metric_name,email,datetime,campaign_id,url,mood\n"
        "e1,Opened Email,a@x.org,2026-01-05 10:00:00,c1,https://shop.example/,fine\n",
    )
    shop.ingest()
    assert shop.rows(CHANGES) == [("mood", "new", "klaviyo/events/a.csv")]
    assert shop.rows("select json_keys(_extra) from raw.email_events") == [(["mood"],)]
