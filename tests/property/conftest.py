"""Laws are not measured: tracing takes four times as long as they do, and cases by hand reach each line too."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Run a file without coverage."""
    coverage = sys.modules.get("coverage")  # which other Pythons lack
    running = coverage.Coverage.current() if coverage is not None else None
    if running is None:
        yield
        return
    running.stop()
    try:
        yield
    finally:
        running.start()
