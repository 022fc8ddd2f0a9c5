"""Runs of trials: several of one, which counts by their mean, and those that run again after the search."""
