"""What came since the last build, taken in by itself and for the customers concerned."""
