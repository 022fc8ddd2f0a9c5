"""Evaluation of code with names instead of objects, to find its possible effects on them."""
