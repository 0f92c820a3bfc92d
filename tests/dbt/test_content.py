"""What became of mails and promotions, from raw rows to the published table: each order is one showing's merit."""

from __future__ import annotations

from datetime import date


def test_an_order_follows_the_mail_or_the_promotion_that_was_clicked_last(ask):
    # Ann's 30 at the till, and Bob's 22 dollars on his phone, at half the base currency
    assert ask("select * from quality.content_performance order by campaign") == [
        ("june", None, None, "email", date(2024, 2, 5), 2, 1, 1, 1, 30.0),
        ("tea_time", "banner", None, "site", date(2024, 2, 22), 2, 1, 1, 1, 11.0),
    ]
