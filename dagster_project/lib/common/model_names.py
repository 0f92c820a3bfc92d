"""Names of models that several stages speak of: one trains a model, another publishes how good it is.

Versions, parameters and what becomes of models belong to `dagster_project.lib.personalization`.
"""

RECOMMENDER = "hybrid"
"""What the published recommender is called, as a model and as the strategy of customers with a history."""
