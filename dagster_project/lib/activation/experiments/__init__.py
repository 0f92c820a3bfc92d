"""What experiments/*.yml says, who takes part in which, the record of who was assigned what, and what came of it.

The hash that decides and the statistics are `models_ml.experiments`'; what a variant looks like is said by templates,
in `content`; events before and after exposures are gathered by dbt, in `intermediate/experiments`.
"""
