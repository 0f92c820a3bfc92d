"""What people may say about the data that is held of them, across all stages, and what is held and used.

Here belongs what `privacy.yml` says, requests and what becomes of them, asking what held at a time, how long rows are
kept, the record of processing, the audit, and counts that hide single customers. Whose a decision is, and which of
several holds, is a matter of identity and therefore of the models.
"""
