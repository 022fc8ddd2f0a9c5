"""Functions that are alive in this process, and where their source text comes from."""
