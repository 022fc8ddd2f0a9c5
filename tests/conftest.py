"""What every test stands on; it imports nothing that the light environments of other Pythons lack."""

from __future__ import annotations

from hypothesis import settings

# Shared machines pause at any time, so how long an example took says nothing about the code.
# Each run takes the same examples: a change is judged by what it changes. New ones are for `make test-all`.
settings.register_profile("default", deadline=None, derandomize=True)
# What differs from Python to Python shows in few of them: the others take the first ones.
settings.register_profile("brief", deadline=None, derandomize=True, max_examples=15)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("default")
