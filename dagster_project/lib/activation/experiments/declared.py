"""The experiments of the config folder, a file each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.common.config_files import line_of, parse, read_yaml
from dagster_project.lib.common.errors import KindredError

FOLDER = "experiments"
Experiments = Mapping[str, Experiment]
"""Each by its id."""


def load_experiments(config_dir: Path) -> dict[str, Experiment]:
    """Read every file of `experiments/`, by id. KindredError names file, line and remedy of the first fault."""
    experiments: dict[str, Experiment] = {}
    files: dict[str, Path] = {}
    for path in sorted((config_dir / FOLDER).rglob("*.y*ml")):
        if path.suffix != ".yml" or path.parent != config_dir / FOLDER:
            raise KindredError(
                f"{path} is read by nothing: an experiment is a file {FOLDER}/<name>.yml",
                f"move it to {config_dir / FOLDER / path.stem}.yml",
            )
        content, node = read_yaml(path)
        experiment = parse(Experiment, content, node, path)
        name = experiment.experiment_id
        if name in files:
            raise KindredError(
                f"{path} line {line_of(node, ('experiment_id',))}: {files[name]} is the experiment {name!r} too",
                "give each an experiment_id of its own",
            )
        rival = _find_rival(experiment, experiments.values())
        if rival is not None:
            line = line_of(node, ("recommendations",))
            raise KindredError(
                f"{path} line {line}: recommendations: {files[rival]} is on the same list at the same time,"
                " and a customer can be in both",
                "give both a namespace of one name and ranges that do not overlap, or times that do not",
            )
        experiments[name], files[name] = experiment, path
    return experiments


def _find_rival(experiment: Experiment, others: Iterable[Experiment]) -> str | None:
    """The id of an experiment that would make the same list of the same customer by another strategy.

    Segments do not keep two apart: who has moved from one into another is in both, since variants stay.
    """
    for other in others:
        tried, theirs = experiment.recommendations, other.recommendations
        if (
            tried is not None
            and theirs is not None
            and tried.list == theirs.list
            and _are_at_one_time(experiment, other)
            and not _are_apart(experiment, other)
        ):
            return other.experiment_id
    return None


def _are_at_one_time(one: Experiment, other: Experiment) -> bool:
    return (one.starts_at or datetime.min) < (other.ends_at or datetime.max) and (
        other.starts_at or datetime.min
    ) < (one.ends_at or datetime.max)


def _are_apart(one: Experiment, other: Experiment) -> bool:
    """Whether ranges of one namespace leave no unit to both."""
    if one.namespace is None or other.namespace is None or one.namespace[0] != other.namespace[0]:
        return False
    return one.namespace[2] <= other.namespace[1] or other.namespace[2] <= one.namespace[1]


def find_experiment(config_dir: Path, experiment_id: str) -> Experiment:
    """Return the experiment of this id. KindredError names those that there are."""
    experiments = load_experiments(config_dir)
    if experiment_id not in experiments:
        raise KindredError(
            f"no file of {config_dir / FOLDER} has the experiment_id {experiment_id!r}",
            f"name one of: {', '.join(experiments) or 'none yet'}",
        )
    return experiments[experiment_id]
