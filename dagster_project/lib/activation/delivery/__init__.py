"""Keeping a copy of published rows elsewhere: what it holds, what changed since, and sending that and no more.

Knows no destination: `dagster_project.lib.activation.destinations` says how each kind is talked to.
"""
