"""A new segment is one new file: it can be previewed at once, and the next build carries it everywhere."""

from __future__ import annotations

import re
import shutil

import duckdb
import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.dbt_project import project
from dagster_project.lib.transformation.dbt_project.build import build
from dagster_project.lib.transformation.segments import preview

GUIDE = project.DBT_FOLDER.parent / "docs" / "segments.md"
FILE = """
{{ config(meta={
    'label': 'Buyers', 'description': 'Ordered once.', 'priority': 5, 'exclusive_group': none, 'minimum_size': 1,
    'content_strategy': 'Thank them.'
}) }}
with members as (
    select customer_id, first_ordered_at as entered_at from {{ ref('customer_features') }} where order_count = 1
)

{{ segment('members') }}
"""


@pytest.fixture
def own_project(monkeypatch, tmp_path):
    """A copy of the dbt project that a test may write to, parsed so that only what it writes is parsed again."""
    project.ensure_manifest()
    folder = tmp_path / "dbt"
    shutil.copytree(project.DBT_FOLDER, folder)
    for name, path in {
        "DBT_FOLDER": folder,
        "SEGMENTS": folder / "models" / "segments",
        "TARGET": folder / "target",
        "_STAMP": folder / "target" / project._STAMP.name,
        "_PARTIAL": folder / "target" / project._PARTIAL.name,
    }.items():
        monkeypatch.setattr(project, name, path)
    return folder


@pytest.fixture
def database(sample_night, tmp_path):
    """The sample's warehouse, to write to."""
    (tmp_path / "warehouse").mkdir()
    original = sample_night.data_dir / "warehouse" / "kindred.duckdb"
    return shutil.copy(original, tmp_path / "warehouse" / original.name)


def test_one_file_is_previewed_built_and_published(own_project, database):
    path = own_project / "models" / "segments" / "single_buyers.sql"
    path.write_text(FILE)
    with warehouse.reading(database) as connection:
        (buyers,) = connection.execute(
            "select count(*) from marts.customer_features where order_count = 1 and customer_id not in ("
            " select customer_id from marts.customer_consents where purpose = 'personalization' and status = 'denied')"
        ).fetchone()
        found = preview(connection, "single_buyers")
        assert found.customers == buyers > 0
        assert set(found.examples[0]) == {"customer_id", "entered_at", "order_count", "first_ordered_at"}
    results = list(build(database, ["single_buyers+"], is_full=False))
    assert {result.status for result in results} <= {"success", "pass"}
    with duckdb.connect(str(database)) as connection:
        queries = {
            "select count(*) from activation.segment_memberships where segment = 'single_buyers'": buyers,
            "select count(*) from activation.segment_memberships where segment = 'single_buyers' and not is_primary": 0,
            "select count(*) from activation.segment_flags where single_buyers": buyers,
            "select customers from activation.segments where segment = 'single_buyers'": buyers,
        }
        assert {query: connection.execute(query).fetchone()[0] for query in queries} == queries

    path.unlink()
    results = list(build(database, ["int_segments_defined+"], is_full=False))
    assert {result.status for result in results} <= {"success", "pass"}
    with duckdb.connect(str(database)) as connection:
        columns = [row[0] for row in connection.execute("describe activation.segment_flags").fetchall()]
        assert "single_buyers" not in columns


EXPECTED = {
    "tea_and_kitchen_buyers": """
        select customer_id from marts.customer_category_features where category = 'Coffee & tea' and order_count >= 2
        intersect
        select customer_id from marts.customer_category_features where category = 'Kitchen' and order_count >= 1
    """,
    "busy_visitors": """
        select customer_id from marts.customer_clusters
        where cluster = (select cluster from marts.dim_clusters where label like 'many visits%')
    """,
}
"""Whom the examples of the guide find, asked in another way, and but for who is against it."""


@pytest.mark.parametrize("name", EXPECTED)
def test_the_examples_of_the_guide_run(name, own_project, database):
    examples = dict(
        re.findall(
            r"^`dbt/models/segments/(\w+)\.sql`:\n\n```sql\n(.*?)^```$", GUIDE.read_text(), re.M | re.S
        )
    )
    assert set(examples) == set(EXPECTED)
    (own_project / "models" / "segments" / f"{name}.sql").write_text(examples[name])
    with warehouse.reading(database) as connection:
        found = preview(connection, name)
        (expected,) = connection.execute(f"""
            select count(*) from ({EXPECTED[name]}) where customer_id not in (
                select customer_id from marts.customer_consents where purpose = 'personalization' and status = 'denied'
            )
        """).fetchone()
    assert found.customers == expected > 0


def test_a_file_that_cannot_run_says_why_without_a_value(own_project, database):
    path = own_project / "models" / "segments" / "broken.sql"
    path.write_text(FILE.replace("order_count = 1", "order_cont = 1"))
    with (
        warehouse.reading(database) as connection,
        pytest.raises(KindredError, match=r"dbt/models/segments/broken\.sql does not run .*order_cont"),
    ):
        preview(connection, "broken")


def test_a_file_that_does_not_compile_says_so(own_project, database):
    path = own_project / "models" / "segments" / "broken.sql"
    path.write_text(FILE.replace("ref('customer_features')", "ref('customer_futures')"))
    with (
        warehouse.reading(database) as connection,
        pytest.raises(KindredError, match="customer_futures"),
    ):
        preview(connection, "broken")
