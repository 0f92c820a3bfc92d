"""Documents in a Redis that really runs: what a site reads, one night at a time, and what is gone after a while."""

from __future__ import annotations

import json

import pytest
import redis

from dagster_project.lib.activation.delivery.targets import Batch, Change
from dagster_project.lib.activation.destinations import redis_documents
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.redis_collection import documents
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination
from dagster_project.lib.activation.destinations.sending import send

TABLES = {
    "activation.customer_recommendations": (
        "select 'c_1' as customer_id, 'for_you' as list_name, unnest([1, 2, 3]) as rank,"
        " unnest(['tea', 'mug', 'pot']) as product_id",
        ("customer_id", "list_name", "rank"),
    ),
    "activation.segment_memberships": (
        "select 'c_1' as customer_id, unnest(['vip', 'new']) as segment, unnest([true, false]) as is_primary"
        " union all select 'c_2', 'new', true",
        ("customer_id", "segment"),
    ),
    "activation.product_recommendations": (
        "select 'tea' as product_id, 'similar' as strategy, 1 as rank, 'mug' as recommended_product_id",
        ("product_id", "strategy", "rank"),
    ),
    "activation.segment_recommendations": (
        "select 'anonymous' as segment, 1 as rank, 'pot' as product_id",
        ("segment", "rank"),
    ),
    "marts.customer_identities": (
        "select 'web' as source, 'events' as source_table, 'visitor' as record_kind, 'v1' as source_record_id,"
        " 'c_1' as customer_id, timestamp '2026-01-01' as last_seen_at",
        ("source", "source_table", "record_kind", "source_record_id"),
    ),
}


@pytest.fixture
def client(redis_url):
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        client.flushdb()
        yield client


@pytest.fixture
def destination(redis_url, client):
    return RedisDestination(
        name="site", kind="redis", url=redis_url, products_a_list=2, attempts=2, pause_seconds=0
    )


def read(client, key, prefix="kindred"):
    """As docs/destinations.md says."""
    shown = int(client.get(f"{prefix}:version") or 0)
    versions = {int(number): text for number, text in client.hgetall(f"{prefix}:{key}").items()}
    newest = max((number for number in versions if number <= shown), default=None)
    return json.loads(versions[newest]) if newest is not None and versions[newest] else None


def test_a_site_finds_customers_visitors_products_and_what_strangers_see(new_snapshot, destination, client):
    (delivery,) = send(new_snapshot(TABLES).snapshot, destination)
    assert (delivery.status, delivery.added) == ("delivered", 5)
    assert read(client, "customer:c_1") == {
        "customer_id": "c_1", "segments": ["new", "vip"], "primary_segment": "vip",
        "recommendations": {"for_you": ["tea", "mug"]},
    }  # fmt: skip
    assert read(client, "customer:c_2") == {
        "customer_id": "c_2", "segments": ["new"], "primary_segment": "new", "recommendations": {},
    }  # fmt: skip
    assert read(client, "visitor:v1") == {"customer_id": "c_1"}
    assert read(client, "product:tea") == {"recommendations": {"similar": ["mug"]}}
    assert read(client, "anonymous")["recommendations"] == {"for_you": ["pot"]}


def test_until_the_last_document_is_there_a_reader_sees_the_night_before(new_snapshot, destination, client):
    published = new_snapshot(TABLES)
    send(published.snapshot, destination)
    before = read(client, "customer:c_1")
    collection = documents(destination.products_a_list)
    with redis_documents.connect(destination, Secrets({})) as target:
        target.prepare(collection, 2)
        new = Change('["customer:c_1"]', ("customer:c_1", '{"new": 1}'))
        gone = Change('["customer:c_2"]', None)
        removal = Batch("", 1, lambda: iter([gone]))
        target.apply(Batch("", 1, lambda: iter([new])))
        target.apply(removal)
        assert read(client, "customer:c_1") == before
        assert read(client, "customer:c_2") is not None
        target.finish()
        assert read(client, "customer:c_1") == {"new": 1}
        assert read(client, "customer:c_2") is None
        target.forget(removal)
    assert not client.exists("kindred:customer:c_2")


def test_everything_goes_when_nights_stop_and_stays_while_they_come(new_snapshot, destination, client):
    published = new_snapshot(TABLES)
    send(published.snapshot, destination)
    week = 7 * 86_400
    names = list(client.scan_iter("kindred:*"))
    assert len(names) == 6
    assert all(0 < client.ttl(name) <= week for name in names)
    for name in names:
        client.expire(name, 1_000)
    assert [delivery.status for delivery in send(published.snapshot, destination)] == ["unchanged"]
    assert all(client.ttl(name) > week - 1_000 for name in names)
    assert client.ttl("kindred:version") < client.ttl("kindred:customer:c_1")


@pytest.mark.parametrize("lost", [["kindred:customer:c_1"], ["kindred:version"], None])
def test_what_was_lost_there_comes_back(new_snapshot, destination, client, lost):
    published = new_snapshot(TABLES)
    send(published.snapshot, destination)
    if lost:
        client.delete(*lost)
    else:
        client.flushdb()
    (delivery,) = send(published.snapshot, destination)
    assert delivery.changed == (1 if lost == ["kindred:customer:c_1"] else 5)
    assert read(client, "customer:c_1")["primary_segment"] == "vip"


def test_a_version_that_was_never_shown_is_sent_again_whatever_of_it_was_confirmed(
    new_snapshot, destination, client, monkeypatch
):
    published = new_snapshot(TABLES)
    send(published.snapshot, destination)
    published.replace("activation.product_recommendations", TABLES["activation.product_recommendations"][0].replace(
        "'mug'", "'pot'"))  # fmt: skip
    processes = iter(["one", "another"])
    with monkeypatch.context() as patched:
        patched.setattr(redis_documents.RedisTarget, "_read_process", lambda self: next(processes))
        (delivery,) = send(published.snapshot, destination)
    assert (delivery.status, delivery.reason) == (
        "failed", "Redis was started anew in the middle; all of it is sent again the next time",
    )  # fmt: skip
    assert read(client, "product:tea") == {"recommendations": {"similar": ["mug"]}}
    (delivery,) = send(published.snapshot, destination)
    assert (delivery.status, delivery.changed) == ("delivered", 1)
    assert read(client, "product:tea") == {"recommendations": {"similar": ["pot"]}}


def test_a_prefix_that_somebody_else_uses_is_left_alone(new_snapshot, destination, client):
    client.set("kindred:version", "theirs")
    (delivery,) = send(new_snapshot(TABLES).snapshot, destination)
    assert (delivery.status, client.get("kindred:version")) == ("failed", "theirs")


def test_a_server_that_is_full_is_tried_again_and_no_row_is_called_refused(new_snapshot, destination, client):
    client.config_set("maxmemory", 1)
    client.config_set("maxmemory-policy", "noeviction")
    try:
        (delivery,) = send(new_snapshot(TABLES).snapshot, destination)
    finally:
        client.config_set("maxmemory", 0)
    assert delivery.status == "failed"
    assert "Redis" in delivery.reason


def test_a_server_that_is_not_there_fails_after_its_tries(new_snapshot, destination):
    nowhere = destination.model_copy(update={"url": "redis://:topsecret@127.0.0.1:1/0"})
    (delivery,) = send(new_snapshot(TABLES).snapshot, nowhere)
    assert delivery.status == "failed"
    assert delivery.reason.startswith("Redis does not answer")
    assert "topsecret" not in delivery.reason
