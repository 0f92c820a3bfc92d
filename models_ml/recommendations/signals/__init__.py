"""The single recommenders, one a file: each scores products for customers from interactions alone."""
