"""Getting the rows of a group of files into its raw table, the fast way or as text.

Whether those rows count is decided in bookkeeping.
"""
