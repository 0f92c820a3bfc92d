"""The read API over the published snapshot: what websites, shops and services ask by customer or visitor.

`store_building` lays a snapshot out for look-ups by id, in the tables of `store_tables`, `laying_out` has it do so in a
process beside, `store` looks things up in it, `snapshots` follows `published/current`, `answers` puts together what is
said, `filling` fills templates, `access` says who may ask and, by `counting`, how often, `routes` and `app` tie them to
addresses, `reference` shows those. Nothing here writes to the warehouse or decides what anybody is shown: that was
published.
"""
