"""The `kindred` command. Each command only reads its arguments and calls lib or a job."""
