"""The rows of a group of files as SQL, by container and by known layout, and the contract's judgement of them.

Nothing is written here.
"""
