"""Samplers: where the next point comes from."""
