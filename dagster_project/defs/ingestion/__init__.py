"""Wiring of ingestion: when and in which order, never how."""
