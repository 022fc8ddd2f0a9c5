"""What the tests in this folder share."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator

import pytest

from hypertemplate.runtime.own_code import MODULE_NAME


@pytest.fixture
def loading() -> Iterator[None]:
    """Puts back what loading a program changes in the process."""
    path, arguments, lines = [*sys.path], sys.argv, dict(linecache.cache)
    yield
    sys.path[:], sys.argv = path, arguments
    sys.modules.pop(MODULE_NAME, None)
    linecache.cache.clear()
    linecache.cache.update(lines)
