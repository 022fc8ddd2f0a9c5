"""Samplers over hyperopt's algorithms; the only folder that imports hyperopt."""
