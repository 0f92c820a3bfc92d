"""Wiring of activation: when and in which order, never how."""
