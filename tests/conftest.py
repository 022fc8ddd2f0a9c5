"""What every test stands on; it imports nothing that the light environments of other Pythons lack."""

from __future__ import annotations

from hypothesis import settings

# Shared machines pause at any time, so how long an example took says nothing about the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")
