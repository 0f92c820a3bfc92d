"""Personalization: marts in, recommendations and the record of their models out.

Tables are read and written here, set by set, and artefact files kept; the models themselves are pure and belong to
`models_ml`. When all this runs is decided in `dagster_project.defs.personalization`.
"""
