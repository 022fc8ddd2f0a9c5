"""Samplers, which propose points."""
