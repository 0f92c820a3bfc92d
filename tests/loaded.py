"""Imported before processes are forked: to ask for definitions a first time takes half a second more than once more."""

from dagster_project.definitions import defs

defs()
