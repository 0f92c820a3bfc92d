"""Ratings that customers gave: foreseen, and how well."""
