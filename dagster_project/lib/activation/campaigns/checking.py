"""Whether what campaigns, offers, templates and experiments name is there, each by the word of their files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from dagster_project.lib.activation.campaigns import campaigns as campaigns_file
from dagster_project.lib.activation.campaigns import offers as offers_file
from dagster_project.lib.activation.campaigns.campaigns import Campaign, load_campaigns
from dagster_project.lib.activation.campaigns.offers import load_offers
from dagster_project.lib.activation.content.faults import TemplateFaultError
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.variants import find_unfit
from dagster_project.lib.activation.experiments.declared import FOLDER, load_experiments
from dagster_project.lib.common.errors import KindredError


def check_campaigns(config_dir: Path, segments: Collection[str]) -> None:
    """Raise KindredError for the first name that nothing has, with the file and what there is.

    segments: names of the segments there are.
    """
    library = load_library(config_dir)
    mails = {name for name, template in library.templates.items() if template.kind == "email"}
    offers = load_offers(config_dir).offers
    offered = {offer.name for offer in offers}
    for offer in offers:
        where = f"{config_dir / offers_file.FILE}: the offer {offer.name}"
        for segment in (*offer.segments, *offer.not_segments):
            _expect(segment, segments, f"{where} names the segment", "segments")
    senders: dict[str, str] = {}
    for campaign in load_campaigns(config_dir).campaigns:
        where = f"{config_dir / campaigns_file.FILE}: the campaign {campaign.name}"
        for step in campaign.steps:
            _expect(step.template, mails, f"{where} names the template", "templates of kind email")
            if step.template in senders:
                raise KindredError(
                    f"{where} sends the template {step.template}, which {senders[step.template]} sends too",
                    "give each message a template of its own: a customer has one of each a night",
                )
            senders[step.template] = campaign.name
            if step.offer is not None:
                _expect(step.offer, offered, f"{where} names the offer", "offers")
        for segment in _segments_of(campaign):
            _expect(segment, segments, f"{where} names the segment", "segments")
    experiments = load_experiments(config_dir)
    for name, experiment in experiments.items():
        where = f"{config_dir / FOLDER}: the experiment {name} names the segment"
        for segment in (*experiment.audience.segments, *experiment.audience.not_segments):
            _expect(segment, segments, where, "segments")
    for name, template in library.templates.items():
        for fault in find_unfit(library, name, experiments):
            raise TemplateFaultError(fault)
        for segment in template.audience:
            _expect(segment, segments, f"templates/{name}/template.yml names the segment", "segments")


def _segments_of(campaign: Campaign) -> Iterator[str]:
    yield from campaign.audience.segments
    yield from campaign.audience.not_segments
    if campaign.trigger.segment is not None:
        yield campaign.trigger.segment


def _expect(name: str, known: Collection[str], where: str, what: str) -> None:
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise KindredError(f"{where} {name!r}, which there is not", f"{what} there are: {there}")
