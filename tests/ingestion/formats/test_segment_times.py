"""Of the several times of a message of Segment's, the one at which it happened counts."""

from __future__ import annotations

import json
from datetime import datetime

HAPPENED, SENT, RECEIVED = (f"2026-01-05T{hour}:00:00Z" for hour in (10, 11, 12))


def test_an_event_is_of_when_it_happened_and_not_of_when_it_was_received(shop):
    shop.contract("web/segment", "format: segment\n")
    message = {"type": "track", "event": "Product Viewed", "anonymousId": "anon-1", "receivedAt": RECEIVED}
    messages = [
        {**message, "messageId": "m1", "originalTimestamp": SENT, "timestamp": HAPPENED},
        {**message, "messageId": "m2", "originalTimestamp": SENT},
        {**message, "messageId": "m3"},
    ]
    shop.write("web/segment/a.jsonl", "\n".join(map(json.dumps, messages)) + "\n")
    shop.ingest()
    assert shop.rows("select occurred_at from raw.clickstream_events order by event_id") == [
        (datetime(2026, 1, 5, hour),) for hour in (10, 11, 12)
    ]
