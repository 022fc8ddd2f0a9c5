"""Objects that the garbage collector does not look through."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from hypertemplate.runtime.process.spared_objects import spared


class Node:
    """An object that refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_new_objects_are_collected_and_earlier_ones_afterwards() -> None:
    """Models of trials are freed; what the user has dropped meanwhile is freed when the search ends."""
    earlier = Node()
    watched = weakref.ref(earlier)
    with spared():
        new = weakref.ref(Node())
        del earlier
        gc.collect()
        assert new() is None
        assert watched() is not None
    gc.collect()
    assert watched() is None


def test_what_the_user_has_frozen_stays_so() -> None:
    """Who freezes objects does it for a fork that may still come."""
    gc.freeze()
    count = gc.get_freeze_count()
    with spared():
        pass
    assert gc.get_freeze_count() == count
