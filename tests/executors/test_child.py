from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hypertemplate.errors import WorkerError
from hypertemplate.executors.child import Child


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_process_that_does_not_start_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    before = descriptors()
    with pytest.raises(WorkerError) as caught:
        Child({}, attached=False)
    assert str(caught.value) == (
        "no worker can be started: [Errno 2] No such file or directory: '/no/such/python'"
    )
    assert descriptors() == before
