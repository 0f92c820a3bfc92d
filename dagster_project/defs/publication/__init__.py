"""Wiring of publication: when and in which order, never how."""
