"""From the published snapshot to other systems. Reads `published/current` and nothing else of the warehouse.

What is worth sending is decided before publication; here it is only carried.
"""
