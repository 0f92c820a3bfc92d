"""The best of many scores, exactly, without holding them all."""
