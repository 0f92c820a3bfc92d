"""Experiments: which unit gets which variant, by hash and so the same wherever it is asked.

One step per file. Files that declare experiments, and the record of who was assigned, belong to
`dagster_project.lib.activation.experiments`.
"""
