"""Run the dbt unit tests, which stand beside the models they are about and stay out of the nights."""

from __future__ import annotations

import shutil


def test_every_dbt_unit_test_passes(project, small_warehouse):
    # dbt reads the types of columns from relations, and the last build may have made some of them only
    project.release()
    shutil.copy(small_warehouse, project.warehouse)
    assert project.invoke("test", "--select", "test_type:unit") == []
