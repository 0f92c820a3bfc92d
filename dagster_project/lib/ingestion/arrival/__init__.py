"""Files as they lie in landing: found, hashed, whole or not, in which encoding, with which header.

What a value means is no question here; where the lines and records of a file are, is.
"""
