"""Metrics of fits and scores: their names, and which of two values is better."""
