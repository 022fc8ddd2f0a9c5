"""Entry points: the model and data functions, calls that drive a search, and how data meets the model."""
