"""Executors, which run trials in workers."""
