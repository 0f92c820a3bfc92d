"""Persons who do not exist, in good rows, bad rows and bad files: where their words turn up, personal data leaks.

Every word of theirs begins with a mark that nothing else has; their telephone numbers are told apart by their digits.
"""

from __future__ import annotations

import json
from pathlib import Path

MARK = "zqwx"
PHONE_DIGITS = "15770713713"
DIRECT = tuple(f"{MARK}{what}" for what in ("mail", "first", "last", "street", "nation"))
"""What begins the words of direct identifiers; others, such as a visitor's id or words searched, are indirect."""
PHONE = "+49 1577 0713713"


def person(where: str) -> dict[str, str]:
    """A customer whose every value tells where it stood."""
    return {
        "customer_id": f"{MARK}customer{where}", "first_name": f"{MARK}first{where}", "last_name": f"{MARK}last{where}",
        "email": f"{MARK}mail{where}@example.org", "phone": PHONE, "street_address": f"{MARK}street{where} 7",
        "national_id": f"{MARK}nation{where}", "created_at": "2026-02-01", "updated_at": "2026-02-01",
    }  # fmt: skip


def event(where: str) -> dict[str, object]:
    """What this person did on the site."""
    return {
        "event_id": f"{MARK}event{where}", "occurred_at": "2026-06-20T10:00:00Z", "visitor_id": f"{MARK}visitor{where}",
        "event_name": "search", "email": f"{MARK}mail{where}@example.org", "search_query": f"{MARK}search{where} lamp",
        "page_url": f"https://shop.example.com/?q={MARK}url{where}",
        "parameters": {"note": f"{MARK}note{where}"}, f"extra of {where}": f"{MARK}extra{where}",
    }  # fmt: skip


def put_canaries(landing: Path) -> None:
    """Add files with canaries to the landing folders of customers, sales, events, consents and reviews."""
    good, bad = person("good"), person("bad")
    _write(
        landing,
        "crm/customers/canaries.csv",
        _csv(good, {**bad, "customer_id": ""}, {**bad, "created_at": bad["email"]}),
    )
    _write(landing, "crm/customers/canaries_without_header.csv", ",".join(person("headless").values()) + "\n")
    _write(landing, "crm/customers/canaries_cut.csv.gz", _csv(person("cut")))
    _write(
        landing,
        "crm/customers/canaries.jsonl",
        json.dumps(person("broken"))[:-1] + "\n" + json.dumps(person("whole")) + "\n",
    )
    quoted = _csv(person("behind")).replace(f"{MARK}first", f'"{MARK}first')
    _write(landing, "crm/customers/canaries_quote.csv", quoted + _csv(person("swallowed")).split("\n", 1)[1])
    _write(landing, "crm/customers/canaries.parquet", _csv(person("parquet")))
    _write(landing, "crm/customers/canaries.xls", _csv(person("unknown")))
    late = {**event("late"), "occurred_at": f"{MARK}mailtime@example.org"}
    lines = [
        json.dumps(each)
        for each in (event("good"), late, {**event("odd"), "parameters": f"{MARK}mailnojson"})
    ]
    _write(landing, "clickstream/events/canaries.jsonl", "\n".join([*lines, f"{MARK}mailline"]) + "\n")
    sale = {
        "order_id": f"{MARK}order", "ordered_at": "2026-06-20T10:00:00Z", "product_id": "P1",
        "quantity": f"{MARK}mailtwo", "unit_price": "3", "email": f"{MARK}mailsale@example.org", "phone": PHONE,
    }  # fmt: skip
    _write(
        landing,
        "pos/sales/canaries.csv",
        _csv(sale, {**sale, "quantity": "1"}, {**sale, "quantity": "-1e99"}),
    )
    decision = {
        "email": f"{MARK}mail no address",
        "phone": PHONE,
        "purpose": "analytics",
        "status": f"{MARK}mailstatus",
    }
    _write(landing, "consents/decisions/canaries.csv", _csv({**decision, "decided_at": "2026-06-01"}))


def _csv(*rows: dict) -> str:
    return (
        "\n".join(",".join(map(str, row)) for row in [tuple(rows[0]), *(row.values() for row in rows)]) + "\n"
    )


def _write(landing: Path, path: str, text: str) -> None:
    (landing / path).write_text(text)
