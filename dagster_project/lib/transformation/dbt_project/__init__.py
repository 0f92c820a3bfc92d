"""The dbt project in this process: parsed, compiled, built, documented."""
