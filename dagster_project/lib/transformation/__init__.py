"""Running the dbt project in this process. The models themselves are SQL under `dbt/`."""
