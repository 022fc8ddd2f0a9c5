"""Markers in comments, ``rate = 0.2  # tune: uniform(0, 0.5)``: their text, and the values that they mark."""
