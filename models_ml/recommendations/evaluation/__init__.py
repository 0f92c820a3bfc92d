"""Evaluation: fit on the past, rank with the published code, compare with what was bought afterwards.

    trial.py        who is measured, on what: the past, and what each customer bought after it, on two tracks
    measuring.py    the metrics of one strategy's lists, a value per customer
    slicing.py      the customers by length of history, by segment, by whatever else is handed in
    summary.py      means and intervals, of all customers and of each slice
    recommenders.py the strategies of a fitted recommender, measured by the four above

Formulas belong in metrics/, the cut between past and future in split.py.
"""

from models_ml.recommendations.evaluation.measuring import LENGTH, Measured, Strategy, measure_strategies
from models_ml.recommendations.evaluation.recommenders import (
    evaluate_recommenders,
    measure_recommender,
    name_strategies,
)
from models_ml.recommendations.evaluation.summary import Evaluation, summarize
from models_ml.recommendations.evaluation.trial import Trial, prepare_trial
from models_ml.recommendations.split import rolling_origin

__all__ = [
    "LENGTH", "Evaluation", "Measured", "Strategy", "Trial", "evaluate_recommenders",
    "measure_recommender", "measure_strategies", "name_strategies", "prepare_trial", "rolling_origin", "summarize",
]  # fmt: skip
