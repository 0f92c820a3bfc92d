"""Run the dbt unit tests, which stand beside the models they are about and stay out of the nights."""

from __future__ import annotations


def test_every_dbt_unit_test_passes(project, small_warehouse):
    assert project.invoke("test", "--select", "test_type:unit") == []
