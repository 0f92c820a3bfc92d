"""Python functions that SQL calls, and what they know."""
