"""Notebooks: cells, magics, and the Python that IPython would run for them."""
