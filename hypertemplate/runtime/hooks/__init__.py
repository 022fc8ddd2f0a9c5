"""Hooks on the frameworks that the user's code imports."""
