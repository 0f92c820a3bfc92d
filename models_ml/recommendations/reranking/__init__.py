"""Reranking: what a shop asks of a list beyond the model's order, applied to ranked candidates.

Here belongs whatever moves, adds or leaves out products after scoring. How candidates are scored belongs to the models;
what a shop asks for is read by `dagster_project.lib.personalization`.
"""
