"""JSON lines against the JSON Schema that a contract names: what does not fit is rejected, and no value is told."""

from __future__ import annotations

import json

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import load_feeds

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["occurred_at", "visitor_id", "event_name", "items"],
    "properties": {
        "event_name": {"enum": ["view_item", "purchase"]},
        "price": {"type": "number", "minimum": 0},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
        "by_person": {"additionalProperties": {"type": "integer"}},
    },
    "$defs": {"item": {"required": ["sku"], "properties": {"sku": {"pattern": "^[A-Z]+$"}}}},
}
GOOD = {"occurred_at": "2026-01-01", "visitor_id": "v", "event_name": "purchase", "items": []}
MISFITS = [
    (
        {"event_name": "secret@example.org"},
        "$.event_name does not keep the rule `enum` of the JSON Schema; correct it",
    ),
    ({"price": -1}, "$.price does not keep the rule `minimum` of the JSON Schema; correct it"),
    ({"price": "1"}, "$.price does not keep the rule `type` of the JSON Schema; correct it"),
    ({"items": [{"sku": "A"}, {}]}, "$.items[1].sku is required by the JSON Schema and missing; fill it in"),
    (
        {"items": [{"sku": "a"}]},
        "$.items[0].sku does not keep the rule `pattern` of the JSON Schema; correct it",
    ),
    (
        {"by_person": {"secret@example.org": "x"}},
        "$.by_person.* does not keep the rule `type` of the JSON Schema; correct it",
    ),
]


def _declare(shop, schema=SCHEMA, more=""):
    shop.contract("clickstream/events", f"json_schema: events.schema.json\n{more}")
    path = shop.folder / "config" / "contracts" / "clickstream" / "events.schema.json"
    path.write_text(schema if isinstance(schema, str) else json.dumps(schema))
    return path


def test_a_line_that_does_not_fit_is_rejected_with_path_and_rule(shop):
    _declare(shop)
    lines = [GOOD, *(GOOD | change for change, _ in MISFITS), GOOD]
    shop.write(
        "clickstream/events/a.jsonl", "".join(json.dumps(line) + "\n" for line in lines) + "{broken\n\n"
    )
    shop.ingest()
    assert shop.ledger()["clickstream/events/a.jsonl"] == ("loaded", 9, 2, 7)
    rejected = shop.rows(
        "select row_number, column_name, reason from quality.rejected_rows order by row_number"
    )
    told = [(place, None, reason) for place, (_, reason) in enumerate(MISFITS, 2)]
    assert rejected == [*told, (9, None, "the line is not a JSON object; mend it")]
    assert shop.rows("select raw_row from quality.rejected_rows where row_number = 3") == [
        (json.dumps(GOOD | MISFITS[1][0]),)
    ]


def test_other_containers_of_the_feed_are_read_as_ever(shop):
    _declare(shop)
    shop.write("clickstream/events/a.csv", "occurred_at,visitor_id,event_name\n2026-01-01,v,anything\n")
    shop.ingest()
    assert shop.ledger()["clickstream/events/a.csv"] == ("loaded", 1, 1, 0)


def test_another_schema_reads_the_file_again(shop):
    path = _declare(shop)
    shop.write(
        "clickstream/events/a.jsonl", json.dumps(GOOD | {"price": -1}) + "\n" + json.dumps(GOOD) + "\n"
    )
    shop.ingest()
    assert shop.ledger()["clickstream/events/a.jsonl"] == ("loaded", 2, 1, 1)
    path.write_text("{}")
    shop.ingest()
    assert shop.ledger()["clickstream/events/a.jsonl"] == ("loaded", 2, 2, 0)
    assert shop.rows("select count(*) from raw.clickstream_events") == [(2,)]


def test_a_document_nested_without_end_is_rejected_and_the_night_goes_on(shop):
    tree = {"items": {"$ref": "#/$defs/tree"}}
    _declare(shop, {"properties": {"deep": {"$ref": "#/$defs/tree"}}, "$defs": {"tree": tree}})
    deep = json.dumps(GOOD)[:-1] + ', "deep": ' + "[" * 900 + "]" * 900 + "}"
    shop.write("clickstream/events/a.jsonl", f"{json.dumps(GOOD)}\n{deep}\n")
    shop.ingest()
    assert shop.ledger()["clickstream/events/a.jsonl"] == ("loaded", 2, 1, 1)
    assert "nested too deeply" in shop.rows("select reason from quality.rejected_rows")[0][0]


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ('{"type": ', ("line 1 is not valid JSON", "correct it")),
        ({"type": "thing"}, ("no schema of Draft 2020-12", "$.type")),
        ({"$ref": "https://example.com/other.json"}, ("https://example.com/other.json", "$defs")),
        ({"properties": {"a": {"$ref": "#/$defs/gone"}}}, ("#/$defs/gone", "$defs")),
    ],
)
def test_a_schema_with_a_mistake_is_told_before_the_night(shop, schema, told):
    path = _declare(shop, schema)
    with pytest.raises(KindredError) as error:
        load_feeds(shop.landing, shop.folder / "config")
    for part in (str(path), "events.yml line 1", *told):
        assert part in str(error.value)


def test_a_schema_that_is_not_there_is_told_before_the_night(shop):
    _declare(shop).unlink()
    with pytest.raises(KindredError, match=r"events.yml line 1: .*cannot be read .*correct its path"):
        load_feeds(shop.landing, shop.folder / "config")
