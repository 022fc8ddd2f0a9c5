"""Compiler from source to program: pure functions over frozen data; `stages` shows them in order."""
