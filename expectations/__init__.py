"""Great Expectations suites for the two edges of the warehouse: raw arrival and publication.

Belongs here: one file per table with a `suite()`, the helpers they share, and the code that has Great
Expectations judge them. This is the only package that imports Great Expectations.
Does not belong here: keys, grain, relationships and accepted values inside the warehouse (dbt tests own
those), opening databases, writing results (dagster_project.lib.validation does), and Dagster.
"""
