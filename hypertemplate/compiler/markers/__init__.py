"""Markers: their places, the calls in them, and the search space that they form."""
