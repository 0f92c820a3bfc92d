"""Content: products as vectors of what is written about them, so that new products and new customers can be served.

Every model here turns texts into a products x dimensions matrix (float32) whose rows have length 1, or 0 where a
product has no words that another one has too. Which model serves is decided by measure in choose.py; what the vectors
say of customers is in score.py. Reading texts from tables belongs to `dagster_project.lib.personalization`.
"""
