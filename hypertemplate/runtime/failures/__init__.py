"""Failures of user code, put into words."""
