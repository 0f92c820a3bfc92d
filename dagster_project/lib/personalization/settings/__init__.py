"""What `recommendations.yml` of the config folder may say; every default of it stands here."""
