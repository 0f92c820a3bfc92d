"""Recommendations: interactions -> models -> one blend -> ranked lists, and how good those lists are.

One step per file. Tables, artefact files and the time of the night belong to `dagster_project.lib.personalization`.
"""
