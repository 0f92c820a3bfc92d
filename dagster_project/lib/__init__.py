"""How each stage does its work, free of Dagster. One folder a stage; what stages share lives in `common`."""
