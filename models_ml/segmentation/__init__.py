"""Machine-made segments: features -> scaled -> clusters -> stable numbers and names, and how far they have drifted.

One step per file. Which customers, which features and where fits are kept is decided by
`dagster_project.lib.personalization`.
"""
