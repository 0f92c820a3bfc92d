"""Wiring of personalization: when and in which order, never how."""
