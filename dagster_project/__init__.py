"""Kindred's pipeline: `lib` does the work, `defs` wires it into Dagster, `cli` gives it to the shell."""
