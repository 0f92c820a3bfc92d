"""Wiring of validation: when and in which order, never how."""
