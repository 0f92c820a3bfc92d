"""The example contracts of consent platforms load the platforms' exports, and nothing is lost on the way.

What the words mean is staging's business and is tested beside its model.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def use_example(shop, name, feed):
    shop.contract(feed, (EXAMPLES / name / "config" / "contracts" / f"{feed}.yml").read_text())


def test_onetrusts_purposes_are_decisions(shop):
    use_example(shop, "onetrust", "onetrust/consents")
    shop.write(
        "onetrust/consents/report.csv",
        "Identifier,Identifier Type,Purpose Name,Consent Status,Last Transaction Date,Collection Point\n"
        "ann@example.org,Email,Email Marketing,ACTIVE,2026-01-05T10:00:00.123Z,Newsletter form\n"
        "ann@example.org,Email,C0004,WITHDRAWN,2026-01-06T10:00:00Z,Cookie banner\n"
        "bo@example.org,Email,C0004,,2026-01-06T10:00:00Z,Cookie banner\n",
    )
    shop.ingest()
    assert shop.ledger() == {"onetrust/consents/report.csv": ("loaded", 3, 2, 1)}
    assert shop.rows("""
        select email, purpose, status, decided_at, source, _extra->>'Identifier Type' from raw.consents_decisions
        order by decided_at
    """) == [
        ("ann@example.org", "Email Marketing", "ACTIVE", datetime(2026, 1, 5, 10, 0, 0, 123000),
         "Newsletter form", "Email"),
        ("ann@example.org", "C0004", "WITHDRAWN", datetime(2026, 1, 6, 10), "Cookie banner", "Email"),
    ]  # fmt: skip
    assert shop.rows("select row_number, column_name from quality.rejected_rows") == [(3, "status")]


def test_cookiebots_columns_are_decisions(shop):
    use_example(shop, "cookiebot", "cookiebot/consents")
    shop.write(
        "cookiebot/consents/log.csv",
        "Consent ID,Date,Url,Necessary,Preferences,Statistics,Marketing\n"
        "k1,2026-01-05 10:00:00,https://shop.example/,True,True,False,True\n"
        "k2,2026-01-05 11:00:00,https://shop.example/,True,,True,\n",
    )
    shop.ingest()
    assert shop.ledger() == {"cookiebot/consents/log.csv": ("loaded", 4, 4, 0)}
    assert shop.rows("""
        select visitor_id, lower(purpose), status, decided_at, source from raw.consents_decisions order by 1, 2
    """) == [
        ("k1", "marketing", "True", datetime(2026, 1, 5, 10), "cookiebot"),
        ("k1", "preferences", "True", datetime(2026, 1, 5, 10), "cookiebot"),
        ("k1", "statistics", "False", datetime(2026, 1, 5, 10), "cookiebot"),
        ("k2", "statistics", "True", datetime(2026, 1, 5, 11), "cookiebot"),
    ]
