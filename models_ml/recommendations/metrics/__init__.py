"""Metrics, one per file: of lists (ndcg to popularity_bias) and of ratings (rmse). bootstrap.py says how sure they are.

Each docstring states the formula and the code follows it line by line. What stands in a list, and who is measured, is
decided in `models_ml.recommendations.evaluation`.
"""
