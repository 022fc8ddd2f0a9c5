"""Templates that generated files are rendered from; package data, no code."""
