"""Copies of the warehouse that can take its place: taken while no night runs, checked before they are used.

What is in a warehouse is for the stages; here its files are only told apart by how they are copied.
"""
