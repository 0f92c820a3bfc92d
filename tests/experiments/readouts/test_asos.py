"""78 real experiments of a shop: what is read of their published means and variances is what scipy computes of them.

Source: Liu, Cardoso, Couturier and McCoy 2021, "Datasets for Online Controlled Experiments": the ASOS Digital
Experiments Dataset.
"""

from __future__ import annotations

from math import sqrt

import duckdb
import numpy as np
import pytest
from scipy.stats import norm, t, ttest_ind_from_stats

from models_ml.experiments.readouts import Metric, Plan, Totals, read_out

COLUMNS = "count_c, mean_c, variance_c, count_t, mean_t, variance_t"


@pytest.fixture(scope="module")
def published(shared_data):
    """Experiment, variant and metric -> count, mean and variance of control and treatment, as they last stood."""
    path = shared_data("asos_experiments") / "asos_digital_experiments_dataset.parquet"
    rows = duckdb.execute(
        f"""
        select experiment_id, variant_id, metric_id, {COLUMNS} from read_parquet(?)
        where variance_c > 0 and variance_t > 0
        qualify time_since_start = max(time_since_start) over (partition by experiment_id, variant_id, metric_id)
        """,
        [str(path)],
    ).fetchall()
    return {tuple(map(str, row[:3])): row[3:] for row in rows}


def sums(count, mean, variance):
    return Totals(int(count), count * mean, (count - 1) * variance + count * mean**2)


def read(pair, metrics):
    """The rows of one experiment and variant, by metric and test."""
    plan = Plan(
        pair[0], "control", {"control": 1, pair[1]: 1}, [Metric(name, "mean") for name in sorted(metrics)]
    )
    totals = {}
    for metric, row in metrics.items():
        totals[metric, "all", "control"], totals[metric, "all", pair[1]] = sums(*row[:3]), sums(*row[3:])
    return {(row.metric, row.test): row for row in read_out(plan, totals)}


def test_readouts_of_all_pairs_are_scipys(published):
    pairs = {}
    for (experiment, variant, metric), row in published.items():
        pairs.setdefault((experiment, variant), {})[metric] = row
    assert (len(pairs), len({experiment for experiment, _ in pairs})) == (99, 78)
    for pair, metrics in pairs.items():
        rows = read(pair, metrics)
        for metric, (count, mean, variance, our_count, our_mean, our_variance) in metrics.items():
            one = rows[metric, "welch_t"]
            expected = ttest_ind_from_stats(
                our_mean, sqrt(our_variance), our_count, mean, sqrt(variance), count, equal_var=False
            )
            error = sqrt(variance / count + our_variance / our_count)
            freedom = error**4 / (
                (variance / count) ** 2 / (count - 1) + (our_variance / our_count) ** 2 / (our_count - 1)
            )
            low, high = t.interval(0.95, freedom, our_mean - mean, error)
            found = (one.units, one.control_units, one.mean, one.control_mean, one.absolute_effect)
            np.testing.assert_allclose(
                found, (our_count, count, our_mean, mean, our_mean - mean), rtol=1e-9, atol=1e-12
            )
            np.testing.assert_allclose(
                (one.standard_error, one.statistic, one.p_value, one.ci_low, one.ci_high),
                (error, expected.statistic, expected.pvalue, low, high),
                rtol=1e-9,
                atol=1e-9,
            )
            assert one.relative_effect == pytest.approx((our_mean - mean) / abs(mean), rel=1e-9, abs=1e-9)
            chance = rows[metric, "bayesian"].chance_to_beat
            assert chance == pytest.approx(norm.cdf((our_mean - mean) / error), abs=2e-5)
            wide = rows[metric, "sequential"]
            assert wide.ci_low < low and wide.ci_high > high
