"""Contracts as users write them: found, laid over the canonical ones beside this file, and checked."""
