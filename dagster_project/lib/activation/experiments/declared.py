"""The experiments of the config folder, a file each."""

from __future__ import annotations

from collections.abc import Mapping
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
        experiments[name], files[name] = experiment, path
    return experiments


def find_experiment(config_dir: Path, experiment_id: str) -> Experiment:
    """Return the experiment of this id. KindredError names those that there are."""
    experiments = load_experiments(config_dir)
    if experiment_id not in experiments:
        raise KindredError(
            f"no file of {config_dir / FOLDER} has the experiment_id {experiment_id!r}",
            f"name one of: {', '.join(experiments) or 'none yet'}",
        )
    return experiments[experiment_id]
