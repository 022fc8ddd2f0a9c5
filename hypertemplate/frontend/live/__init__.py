"""Functions that live in this process, and their source text."""
