"""Checks of code that uses Keras: what Keras 3 removed, and what its methods return."""
