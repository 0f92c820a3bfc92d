"""From the warehouse to `published/current`: the snapshot, its manifest, its checksums, the report.

Whether a night may be published is decided by validation, before this stage.
"""
