"""Experiments: which unit gets which variant, by hash and so the same wherever it is asked, and what came of it.

One step per file; what came of it is read in `readouts`, and what follows for those who come next in `policies`. Files
that declare experiments, and the record of who was assigned, belong to
`dagster_project.lib.activation.experiments`.
"""
