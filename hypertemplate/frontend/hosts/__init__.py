"""Hosts of a kernel, and the notebooks that they have open."""
