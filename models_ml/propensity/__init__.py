"""Propensity: features at a cutoff -> who will buy, who will not come back, what a year brings; and how good that is.

One step per file. The SQL that makes the features, tables and artefact files belong to
`dagster_project.lib.personalization`.
"""
