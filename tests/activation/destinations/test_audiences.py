"""Lists of customers as other tools want them: who is on them, in which columns, under which hashes."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace

import pytest

from dagster_project.lib.activation.destinations import audiences
from dagster_project.lib.activation.destinations.audiences import AudienceDestination
from dagster_project.lib.activation.destinations.sending import send

TABLES = {
    "marts.dim_customers": (
        """
        select * from (values
            ('c_1', 'Ann-Marie', ' O''Neil  Li', ' Ann.Marie@GMail.com ', '+4930123456', 'Bad Ems', null, '56130',
                'DE'),
            ('c_2', 'Bo', 'Li', 'bo@example.org', null, null, null, null, 'US'),
            ('c_3', 'Cy', 'No', 'cy@example.org', null, null, null, null, 'US'),
            ('c_4', '=cmd', 'Di', 'di@example.org', '(814) 555-0123', 'Erie', 'PA', '16501-1234', 'United States'),
            ('c_5', 'Ed', 'Gone', null, null, null, null, null, null)
        ) as t(customer_id, first_name, last_name, email, phone, city, region, postal_code, country)
        """,
        ("customer_id",),
    ),
    "marts.customer_consents": (
        """
        select customer_id, purpose, status, is_default, timestamp '2026-06-01' as decided_at from (values
            ('c_1', 'granted', false), ('c_2', 'granted', false), ('c_3', 'denied', true), ('c_4', 'granted', false),
            ('c_5', 'granted', false)
        ) as t(customer_id, status, is_default),
        (values ('advertising'), ('marketing_email'), ('personalization')) as p(purpose)
        where customer_id <> 'c_2' or purpose <> 'advertising'
        union all select 'c_2', unnest(['advertising', 'sale_or_sharing']), 'denied', false, timestamp '2026-06-01'
        union all select 'c_1', 'sale_or_sharing', 'denied', true, null
        """,
        ("customer_id", "purpose"),
    ),
    "activation.segments": ("select unnest(['vip', 'new']) as segment", ("segment",)),
    "activation.segment_memberships": (
        """
        select * from (values ('c_1', 'vip', true), ('c_1', 'new', false), ('c_2', 'vip', true), ('c_3', 'vip', true),
            ('c_4', 'new', true), ('c_5', 'vip', true)) as t(customer_id, segment, is_primary)
        """,
        ("customer_id", "segment"),
    ),
    "marts.customer_identities": (
        "select 'c_1' as customer_id, 'visitor' as record_kind, unnest(['v2', 'v1']) as source_record_id",
        ("source_record_id",),
    ),
    "activation.customer_recommendations": (
        "select 'c_1' as customer_id, 'for_you' as list_name, unnest([1, 2]) as rank,"
        " unnest(['tea', 'a&b']) as product_id",
        ("customer_id", "list_name", "rank"),
    ),
    "activation.content_variables": (
        "select 'c_1' as customer_id, 'Tea & Cups' as top_category, '[\"other\"]'::json as segments,"
        " 'other' as primary_segment",
        ("customer_id",),
    ),
}


@pytest.fixture
def listed(new_snapshot):
    """Send lists in a layout; returns each file's rows, the header first."""
    published = new_snapshot(TABLES)

    def send_lists(layout, **more):
        destination = AudienceDestination(name="tool", kind="audience", layout=layout, folder="lists", **more)
        send(published.snapshot, destination)
        return {
            path.stem: list(csv.reader(path.open())) for path in (published.folder / "lists").glob("*.csv")
        }

    return send_lists


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_google_gets_hashes_of_what_it_normalizes_and_whoever_refused_a_sale_is_not_there(listed):
    files = listed("google_customer_match")
    assert files["vip"] == [
        ["Email", "Phone", "First Name", "Last Name", "Country", "Zip"],
        [
            sha256("annmarie@gmail.com"), sha256("+4930123456"), sha256("ann-marie"), sha256("o'neil li"),
            "DE", "56130",
        ],
    ]  # fmt: skip
    assert [row[4:] for row in files["new"][1:]] == [["DE", "56130"], ["US", "16501-1234"]]


def test_meta_gets_letters_and_digits_alone_hashed(listed):
    files = listed("meta_custom_audience", segments=["new"])
    assert list(files) == ["new"]
    assert files["new"][:2] == [
        ["email", "phone", "fn", "ln", "zip", "ct", "country"],
        [
            sha256("ann.marie@gmail.com"), sha256("4930123456"), sha256("annmarie"), sha256("oneilli"),
            sha256("56130"), sha256("badems"), sha256("de"),
        ],
    ]  # fmt: skip
    assert files["new"][2][4] == sha256("16501")


def test_adobe_gets_a_batch_of_attributes_by_customer_id(listed):
    files = listed("adobe_target")
    assert files["customers-1"][:2] == [
        ["batch=thirdPartyId", "primarySegment", "segments", "topCategory", "recommendations"],
        ["c_1", "vip", "new%7Cvip", "Tea%20%26%20Cups", "tea%7Ca%26b"],
    ]
    assert [row[0] for row in files["customers-1"][1:]] == ["c_1", "c_2", "c_4", "c_5"]


def test_optimizely_gets_visitor_ids_without_a_header_and_no_person(listed):
    assert listed("optimizely", segments=["vip"]) == {"vip": [["v1"], ["v2"]]}


def test_mail_tools_get_addresses_of_who_agreed_to_mail_and_a_formula_as_text(listed):
    files = listed("klaviyo")
    assert [row[:4] for row in files["customers"]] == [
        ["Email", "First Name", "Last Name", "Phone Number"],
        ["Ann.Marie@GMail.com", "Ann-Marie", " O'Neil  Li", "+4930123456"],
        ["bo@example.org", "Bo", "Li", ""],
        ["di@example.org", "'=cmd", "Di", "+18145550123"],
    ]
    assert files["customers"][1][8:] == ["vip", "new, vip", "tea, a&b"]


def test_mailchimp_gets_segments_as_tags(listed):
    files = listed("mailchimp")
    assert files["customers"][0] == ["Email Address", "First Name", "Last Name", "Phone Number", "Tags"]
    assert files["customers"][1][4] == "new,vip"


def test_a_list_too_long_for_one_file_is_cut(new_snapshot, monkeypatch):

    monkeypatch.setitem(
        audiences.LAYOUTS, "adobe_target", replace(audiences.LAYOUTS["adobe_target"], most_rows=3)
    )
    published = new_snapshot(TABLES)
    destination = AudienceDestination(name="tool", kind="audience", layout="adobe_target", folder="lists")
    assert [delivery.added for delivery in send(published.snapshot, destination)] == [3, 1]

    def names():
        return sorted(path.name for path in (published.folder / "lists").glob("*.csv"))

    assert names() == ["customers-1.csv", "customers-2.csv"]
    published.replace("marts.customer_consents", "select 'c_1' as customer_id, 'personalization' as purpose,"
        " 'granted' as status, false as is_default, timestamp '2026-06-01' as decided_at")  # fmt: skip
    send(published.snapshot, destination)
    assert names() == ["customers-1.csv"], "whoever withdrew consent must not lie about in a file of before"


def test_a_value_of_which_a_contract_kept_the_hash_is_not_hashed_again_and_is_no_address(new_snapshot):
    digest = sha256("bo@example.org")
    published = new_snapshot(TABLES)
    published.replace(
        "marts.dim_customers",
        f"""
        select 'c_1' as customer_id, 'Bo' as first_name, null::varchar as last_name, 'sha256:{digest}' as email,
            null::varchar as phone, null::varchar as city, null::varchar as region, null::varchar as postal_code,
            'US' as country
        """,
    )
    for layout in ("google_customer_match", "klaviyo"):
        destination = AudienceDestination(name="tool", kind="audience", layout=layout, folder=layout)
        send(published.snapshot, destination)
    google = list(csv.reader((published.folder / "google_customer_match" / "vip.csv").open()))
    assert google[1][:3] == [digest, "", sha256("bo")]
    assert len((published.folder / "klaviyo" / "customers.csv").read_text().splitlines()) == 1
