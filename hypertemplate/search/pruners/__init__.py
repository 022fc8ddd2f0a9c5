"""Pruners: which trial stops early."""
