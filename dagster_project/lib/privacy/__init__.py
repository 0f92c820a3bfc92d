"""What people may say about the data that is held of them, across all stages.

Here belongs what `privacy.yml` says, and asking what held at a time. Whose a decision is, and which of several holds,
is a matter of identity and therefore of the models.
"""
