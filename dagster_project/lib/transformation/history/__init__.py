"""What is kept from build to build, since no landing file tells of it."""
