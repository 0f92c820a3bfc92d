"""What several stages share: errors, the warehouse's connection, progress lines, fingerprints, YAML with line numbers.

Nothing that belongs to one stage alone belongs here.
"""
