"""Samplers over hyperopt's algorithms; the only room that imports hyperopt."""
