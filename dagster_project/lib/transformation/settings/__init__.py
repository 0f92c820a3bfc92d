"""What the config folder says to the models: read, checked, and written where they see it."""
