"""Wiring of transformation: when and in which order, never how."""
