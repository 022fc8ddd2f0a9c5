"""Markers: where they stand, the calls in them, and the search space that they make."""
