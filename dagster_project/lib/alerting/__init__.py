"""Alerting: telling people of a night that failed, was kept back, or was unlike earlier ones.

Belongs here: what an alert says, over which channels it goes, and that it goes once. Does not belong here: finding
what is wrong, which is validation's, and noticing that a run failed, which `cli` and `defs` do. Mail servers are spoken
to as activation does it.
"""
