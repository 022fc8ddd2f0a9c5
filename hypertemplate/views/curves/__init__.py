"""Learning curves as text and HTML."""
