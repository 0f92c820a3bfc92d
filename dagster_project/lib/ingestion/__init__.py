"""From files in landing to `raw.*`: contracts, formats, ledger, loading.

What a value means to the business (normalizing, deduplicating, joining) belongs to dbt, not here.
"""
