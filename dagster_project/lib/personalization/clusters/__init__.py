"""Segments that a machine found."""
