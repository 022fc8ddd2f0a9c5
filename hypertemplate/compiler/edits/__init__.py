"""Edits of a template between two searches: which markers are the same, and what else differs."""
