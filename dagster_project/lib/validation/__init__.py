"""Validation: judge the tables at the two edges of the warehouse, keep what was found, say what blocks.

Belongs here: lending the open DuckDB connection to Great Expectations, the facts of a night that suites refer
to, and `quality.validation_results`. Does not belong here: expectations (the package `expectations`) and
Dagster.
"""
