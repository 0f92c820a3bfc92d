"""Models as pure functions: arrays or frames in, arrays or frames out.

Nothing here reads a file, a clock or the environment, and nothing imports Dagster, dbt or DuckDB.
"""
