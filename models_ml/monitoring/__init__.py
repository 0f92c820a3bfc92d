"""Monitoring: what a figure may be tonight by what it was on earlier nights.

Belongs here: arrays of earlier figures -> ranges. Does not belong here: which figures are watched, and what is said of
one outside its range; both are for `dagster_project.lib.validation.monitoring`.
"""
