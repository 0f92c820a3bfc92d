"""Why records are one customer or two."""
