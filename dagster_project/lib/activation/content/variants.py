"""Whether a template and the experiment that it names fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from dagster_project.lib.activation.content.faults import Fault
from dagster_project.lib.activation.content.library import Library
from dagster_project.lib.activation.experiments.declared import Experiments


def find_unfit(library: Library, template: str, experiments: Experiments) -> Iterator[Fault]:
    """Yield why the template cannot have the experiment that it names: there is none, or it is of another unit."""
    settings, file = library.templates[template], f"{template}/template.yml"
    if settings.experiment is None:
        return
    if settings.experiment not in experiments:
        there = ", ".join(sorted(experiments)) or "none"
        yield Fault(
            file, 1, f"experiment: there is no {settings.experiment!r}; experiments there are: {there}"
        )
    elif settings.kind == "email" and experiments[settings.experiment].unit != "customer":
        yield Fault(
            file, 1, f"experiment: {settings.experiment} assigns visitors, and an e-mail goes to customers"
        )


def find_strays(library: Library, template: str, experiments: Experiments) -> Iterator[Fault]:
    """Yield the parts of variants that the template's experiment does not have, so that nobody is shown them."""
    experiment = experiments.get(library.templates[template].experiment or "")
    if experiment is None:
        return
    for path, variant in library.variants_of(template).items():
        if variant not in experiment.variants:
            known = ", ".join(experiment.variants)
            yield Fault(
                path, 1, f"{experiment.experiment_id} has no variant {variant!r}; variants there are: {known}"
            )
