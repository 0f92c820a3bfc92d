"""The kinds of destinations: what `destinations.yml` may say of each, and how it is talked to.

One module a kind, with its settings and its connection; `declared` is the file as a whole. Which rows have to be sent
is `dagster_project.lib.activation.delivery`'s to find out.
"""
