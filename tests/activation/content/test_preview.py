"""A preview is what the customer would be sent, unless it is asked for another variant."""

from __future__ import annotations

import json

from dagster_project.lib.activation.content.moment import Moment
from dagster_project.lib.activation.content.preview import preview
from tests.activation.conftest import EXAMPLE


def test_a_preview_shows_the_variant_that_the_customer_was_assigned(campaigns, tmp_path):
    (tmp_path / "kindred.duckdb").symlink_to(campaigns.database)
    ((as_of,),) = campaigns.ask("select as_of from operations.current_night")
    (tmp_path / "manifest.json").write_text(json.dumps({"as_of": f"{as_of.isoformat()}Z"}))
    rendered = campaigns.ask("""
        select distinct on (variant_id) customer_id, variant_id, subject from activation.content_blocks
        where variant_id is not null order by variant_id, customer_id
    """)  # fmt: skip
    assert [variant for _, variant, _ in rendered] == ["person", "product"]
    for customer, variant, subject in rendered:
        assert preview(tmp_path, EXAMPLE, customer, "recommendation_mail", Moment()).subject == subject
        for asked in ("person", "product"):
            shown = preview(tmp_path, EXAMPLE, customer, "recommendation_mail", Moment(variant=asked))
            assert (shown.subject == subject) == (asked == variant)
            assert f"utm_content={asked}" not in shown.html  # links of a preview tell analytics nothing
