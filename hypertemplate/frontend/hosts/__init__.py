"""Hosts of a kernel, asked for the notebook that it belongs to."""
