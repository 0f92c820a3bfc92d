"""Wiring of privacy: when and in which order, never how."""
