"""Our scores beside RFM, BG/NBD with gamma-gamma and gradient-boosted trees, on a temporal split of Online Retail.

All predict what came after one cutoff from what came before it: the newest cutoff whose outcome is known (test) and one
that far before (validation). Reads ../shared/data/online_retail beside the checkout, and ends at once where it is not
there. It exits with 1 where ours ranks customers worse than RFM or BG/NBD does.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before numpy is imported: sums are then the same on every machine
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from propensity_sides.marts import open_marts
from propensity_sides.rivals import predict_by_bg_nbd, predict_by_boosting

from dagster_project.lib.personalization.scores import propensity_data
from models_ml.propensity.evaluation import Measure, measure, run_experiment
from models_ml.propensity.learning import is_calibration_of_use, learn
from models_ml.propensity.tasks import plan_cutoffs, plan_tasks

ONLINE_RETAIL = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail"
_MOST = 1_000_000


def measure_all(folder: Path) -> list[Measure]:
    """Return every metric of every model, ours and its rivals, for each task and split."""
    connection, as_of = open_marts(folder)
    propensity_data.create_scored(connection)
    first_ordered_at, _ = propensity_data.read_first_order(connection, as_of)
    assert first_ordered_at is not None
    tasks = plan_tasks((as_of - first_ordered_at).days)
    horizons = [task.horizon_days for task in tasks]
    frames = {}

    def frame_at(days: int):
        if days not in frames:
            cutoff = as_of - timedelta(days=days)
            frames[days] = propensity_data.read_training(connection, cutoff, horizons, _MOST)
        return frames[days]

    measures = []
    for task in tasks:
        cutoffs = plan_cutoffs(task, as_of, first_ordered_at)
        assert cutoffs is not None
        splits = {
            "validation": (cutoffs.validation, cutoffs.validation_training),
            "test": (cutoffs.test, cutoffs.test_training),
        }
        is_calibrated = cutoffs.validation is not None and is_calibration_of_use(
            task, [frame_at(each) for each in cutoffs.validation_training], frame_at(cutoffs.validation)
        )
        for split, (days, earlier) in splits.items():
            if days is None:
                continue
            training, tested = [frame_at(each) for each in earlier], frame_at(days)
            experiment = run_experiment(task, training, tested, is_calibrated=is_calibrated)
            chosen = tested.loc[task.select(tested)]
            rivals = {
                f"{task.name}_uncalibrated": learn(task, training).predict(experiment.features),
                f"{task.name}_bg_nbd": predict_by_bg_nbd(task, chosen),
                f"{task.name}_boosting": predict_by_boosting(task, training, chosen),
            }
            every = replace(experiment, predictions={**experiment.predictions, **rivals})
            measures += measure(every, split)
    return measures


def main() -> int:
    """Print the table; return 1 where ours loses to RFM or BG/NBD in ranking on the test split."""
    if not ONLINE_RETAIL.is_dir():
        print(f"skipped: {ONLINE_RETAIL} is not there")
        return 0
    measures = measure_all(ONLINE_RETAIL)
    rows: dict[tuple[str, str], dict[str, Measure]] = {}
    for each in measures:
        rows.setdefault((each.split, each.model), {})[each.metric] = each
    for (split, model), metrics in rows.items():
        figures = "  ".join(
            f"{name} {value.value:.4f} [{value.ci_low:.4f}, {value.ci_high:.4f}]"
            for name, value in metrics.items()
        )
        print(f"{split:10s} {model:32s} {figures}")
    lost = [
        f"{task} than {rival}"
        for task in ("purchase_30_days", "churn")
        for rival in ("rfm", "bg_nbd")
        if rows["test", task]["auc"].value < rows["test", f"{task}_{rival}"]["auc"].value
    ]
    print(
        "ranks customers worse: " + ", ".join(lost)
        if lost
        else "ranks customers better than RFM and BG/NBD do"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
