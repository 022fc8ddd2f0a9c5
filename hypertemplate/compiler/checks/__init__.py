"""Checks of a whole module, each with its diagnostics."""
