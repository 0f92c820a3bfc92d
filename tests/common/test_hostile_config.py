"""Config files that would have Python run something: each is refused by name and line, and nothing runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.lib.activation.campaigns.campaigns import load_campaigns
from dagster_project.lib.activation.campaigns.offers import load_offers
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.shop import load_content_settings
from dagster_project.lib.activation.destinations.declared import load_destinations
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.tracking_plan import load_tracking_plan
from dagster_project.lib.personalization.clusters.cluster_settings import load_cluster_settings
from dagster_project.lib.personalization.settings.recommendations import load_recommendation_settings
from dagster_project.lib.privacy.privacy_settings import load_privacy_settings
from dagster_project.lib.transformation.settings.identity_settings import load_identity_settings
from dagster_project.lib.transformation.settings.warehouse_settings import load_warehouse_settings

READERS = {
    "campaigns.yml": load_campaigns, "offers.yml": load_offers, "content.yml": load_content_settings,
    "templates/mail/template.yml": load_library, "destinations.yml": load_destinations,
    "experiments/subject.yml": load_experiments, "tracking_plan.yml": load_tracking_plan,
    "segments.yml": load_cluster_settings, "recommendations.yml": load_recommendation_settings,
    "privacy.yml": load_privacy_settings, "identity.yml": load_identity_settings,
    "warehouse.yml": load_warehouse_settings,
    "contracts/crm/customers.yml": lambda config: load_feeds(config / "landing", config),
}  # fmt: skip
TAGS = ("!!python/object/apply:os.mkdir", "!!python/object/new:os.mkdir", "!!python/name:os.mkdir", "!run")


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("name", READERS)
def test_a_tag_that_calls_something_is_refused(name: str, tag: str, tmp_path: Path) -> None:
    path, made = tmp_path / name, tmp_path / "made"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# a comment\nname: {tag} ['{made}']\n")
    with pytest.raises(
        KindredError, match=f"{name} line 2 is not valid YAML .*{tag.rsplit(':', maxsplit=1)[-1]}"
    ):
        READERS[name](tmp_path)
    assert not made.exists()
