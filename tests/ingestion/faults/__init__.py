"""What can be wrong with an export, as a table: how to do it to a clean file, what it costs, how it must be told.

Belongs here: clean exports out of a contract (exports) and the ways to spoil them (values, lines, files).
Does not belong here: what ingestion makes of them, which the tests say.
"""
