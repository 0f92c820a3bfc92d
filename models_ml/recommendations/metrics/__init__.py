"""Ranking metrics, one per file. Each docstring states the formula and the code follows it line by line."""
