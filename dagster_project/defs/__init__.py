"""Wiring of all stages: when and in which order, never how."""
