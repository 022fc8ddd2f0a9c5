"""Displays of a running search: on a terminal, in a notebook."""
