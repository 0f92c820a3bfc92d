"""What is kept of every model of this stage: its versions, how good they were, and their artefacts."""
