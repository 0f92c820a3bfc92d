"""Where saying nothing is saying no, who granted personalization is in lists, segments and exports, and nobody else.

Of models it is what they read that is looked at: the audience of lists, who is scored, who is clustered.
"""

from __future__ import annotations

import csv
import shutil

import duckdb
import pytest

from dagster_project.lib.activation.content.known import ANONYMOUS
from dagster_project.lib.activation.content.moment import Moment
from dagster_project.lib.activation.content.preview import preview
from dagster_project.lib.activation.destinations.audience_layouts import LAYOUTS
from dagster_project.lib.activation.destinations.audiences import AudienceDestination
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.sending import Snapshot, send
from dagster_project.lib.common import warehouse
from dagster_project.lib.personalization import marts
from dagster_project.lib.personalization.clusters.cluster_data import read_features
from dagster_project.lib.personalization.scores.propensity_data import SCORED, create_scored
from dagster_project.lib.privacy.privacy_settings import load_privacy_settings, write_privacy_settings
from dagster_project.lib.transformation.dbt_project.build import build

MODELS = (
    "customer_consents", "int_segments_counted", "int_segments_sized", "int_segment_members_settled",
    "segment_memberships", "segment_flags", "segment_history", "segments", "content_variables",
    "next_best_actions",
)  # fmt: skip
GRANTED = """
    select customer_id from marts.customer_consents
    where purpose = 'personalization' and status = 'granted' and not is_default
"""


@pytest.fixture(scope="module")
def silent_night(sample_night, tmp_path_factory):
    """The sample's night, of which all that goes by consents is made anew; the folder of its snapshot."""
    folder = tmp_path_factory.mktemp("silent")
    database = folder / "kindred.duckdb"
    shutil.copy(sample_night.data_dir / "warehouse" / "kindred.duckdb", database)
    shutil.copy(sample_night.snapshot / "manifest.json", folder)
    (folder / "privacy.yml").write_text("undecided: {personalization: denied}\n")
    with warehouse.connect(database) as connection:
        write_privacy_settings(connection, load_privacy_settings(folder))
    results = list(build(database, MODELS, is_full=False, with_tests=False))
    assert {result.status for result in results} == {"success"}
    return folder


@pytest.fixture
def connection(silent_night):
    with warehouse.connect(silent_night / "kindred.duckdb") as connection:
        yield connection


def test_no_list_model_or_segment_holds_somebody_who_did_not_grant(connection):
    granted = {customer for (customer,) in connection.execute(GRANTED).fetchall()}
    (everybody,) = connection.execute("select count(*) from marts.dim_customers").fetchone()
    assert 100 < len(granted) < everybody / 2
    create_scored(connection)
    held = {
        "audience": set(marts.read_audience(connection)),
        "interactions": set(marts.read_interactions(connection)["customer_id"]),
        "clusters": set(read_features(connection, ["order_count"])[0]),
    }
    queries = {
        "scores": SCORED,
        "members": "activation.segment_memberships",
        "flags": "activation.segment_flags",
        "stays": "activation.segment_history where exited_at is null",
        "actions": "activation.next_best_actions where action <> 'nothing'",
        "contents": "activation.content_variables where is_personalizable or primary_segment is not null",
    }
    for name, table in queries.items():
        held[name] = {row[0] for row in connection.execute(f"select customer_id from {table}").fetchall()}
    assert {name: customers - granted for name, customers in held.items() if customers - granted} == {}
    assert all(held.values())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_audience_holds_somebody_who_did_not_grant(silent_night, tmp_path, layout):
    snapshot = Snapshot(silent_night, tmp_path / "deliveries.duckdb", tmp_path, Secrets({}), lambda _: {})
    send(snapshot, AudienceDestination(name=layout, kind="audience", layout=layout, folder=layout))
    with duckdb.connect(str(silent_night / "kindred.duckdb"), read_only=True) as connection:
        silent = connection.execute(f"""
            select customer_id, lower(email), sha256(lower(email)) from marts.dim_customers
            where customer_id not in ({GRANTED}) and email not in (
                select email from marts.dim_customers where customer_id in ({GRANTED}) and email is not null
            )
            union
            select customer_id, source_record_id, null from marts.customer_identities
            where record_kind = 'visitor' and customer_id not in ({GRANTED})
        """).fetchall()
    words = {
        word for path in (tmp_path / layout).glob("*.csv") for row in csv.reader(path.open()) for word in row
    }
    assert len(words) > 10
    assert not words & {name for names in silent for name in names}


def test_who_did_not_grant_gets_what_a_stranger_gets(silent_night, connection, tmp_path):
    ((silent,),) = connection.execute(f"""
        select customer_id from activation.content_variables
        where first_name is not null and customer_id not in ({GRANTED}) order by total_revenue desc, customer_id limit 1
    """).fetchall()
    connection.close()
    for file, text in {
        "template.yml": "kind: banner\n",
        "body.html": "{{ top_category }} {{ segments }} {{ scores }}"
        "{% for p in recommendations %} {{ p.name }}{% endfor %}",
    }.items():
        path = tmp_path / "templates" / "mine" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shown = [preview(silent_night, tmp_path, who, "mine", Moment()) for who in (silent, ANONYMOUS)]
    assert shown[0] == shown[1]
    assert shown[0].html.count(" ") > 20
