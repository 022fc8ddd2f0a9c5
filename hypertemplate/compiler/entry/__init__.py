"""Entry points: model and data functions, calls that start a search, and the join of data and model."""
