"""Digests of values: what of a value in memory another process can compare."""
