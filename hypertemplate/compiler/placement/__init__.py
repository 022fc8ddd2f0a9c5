"""Placement of top-level statements: in setup, in each trial, or left out."""
