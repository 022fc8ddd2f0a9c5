"""Generations of a study: the code that its trials ran, and what became of them when it changed."""
