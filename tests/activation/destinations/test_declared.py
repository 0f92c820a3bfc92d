"""What destinations.yml says is checked before a night, with the line of what is wrong."""

from __future__ import annotations

import pytest

from dagster_project.lib.activation.destinations.declared import check_destinations, load_destinations
from dagster_project.lib.common.errors import KindredError

KINDS = """\
destinations:
  - {name: lake, folder: exports, format: parquet, by_date: true}
  - {name: site, kind: redis, url: "${REDIS_URL}", expire_days: 3}
  - {name: shop, kind: postgres, url: "${POSTGRES_URL}", into: kindred, tables: [marts.dim_products]}
  - {name: crm, kind: webhook, url: https://crm.example.org, headers: {Authorization: "Bearer ${TOKEN}"}}
  - {name: ads, kind: audience, layout: google_customer_match, folder: exports/ads, segments: [vip]}
"""


def _write(folder, text):
    (folder / "destinations.yml").write_text(text)
    return folder


def test_every_kind_is_read_as_its_own(tmp_path):
    declared = load_destinations(_write(tmp_path, KINDS))
    assert [destination.kind for destination in declared] == [
        "files",
        "redis",
        "postgres",
        "webhook",
        "audience",
    ]
    check_destinations(
        tmp_path,
        ["marts.dim_products", "activation.customer_recommendations", "activation.segment_memberships"],
        ["vip"],
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("destinations:\n  - {name: a, kind: ftp, folder: x}\n", r"line 2: destinations\.0"),
        (
            "destinations:\n  - name: a\n    kind: redis\n    url: x\n    tables: [a]\n",
            r"line 5: destinations\.0\.tables",
        ),
        ("destinations:\n  - {name: a, kind: postgres}\n", r"line 2: destinations\.0\.url"),
        ("destinations:\n  - {name: a, folder: x}\n  - {name: a, folder: y}\n", "the destination 'a' stands twice"),
        (
            "destinations:\n  - {name: a, folder: x}\n  - {name: b, folder: x}\n",
            "the place 'x/activation.customer_recommendations.csv' stands twice",
        ),
        ("destinations: [shop]\n", r"line 1: destinations\.0"),
        (
            "destinations:\n  - {name: a, kind: redis, url: x, tables: [a]}\n",
            r"line 2: destinations\.0\.tables.*use one of: attempts, expire_days, kind",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path, text, told):
    with pytest.raises(KindredError, match=told):
        load_destinations(_write(tmp_path, text))


@pytest.mark.parametrize(
    ("published", "segments", "told"),
    [
        (["marts.dim_product"], ["vip"], r"line \d+: \w+ asks for .*, which is not published"),
        (
            ["marts.dim_products", "activation.customer_recommendations", "activation.segment_memberships"],
            ["vips"],
            r"line 6: ads asks for vip, which is not published.*vips",
        ),
    ],
)
def test_what_no_night_publishes_is_told_before_one(tmp_path, published, segments, told):
    with pytest.raises(KindredError, match=told):
        check_destinations(_write(tmp_path, KINDS), published, segments)
