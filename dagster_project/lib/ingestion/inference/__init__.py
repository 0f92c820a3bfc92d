"""Drafting a contract from an export: the one place where anything is guessed.

encodings and samples read the file, shapes and times look at values, names and matching find the canonical columns,
choosing the table, drafts decides what to declare, writing writes it down and trying loads the file with it. A draft
holds names of columns and never a value of a row; people look at it before a night does.
"""
