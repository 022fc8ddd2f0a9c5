from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from hypertemplate.errors import NoProcessError
from hypertemplate.executors.launch import start_afresh
from hypertemplate.executors.worker_process import Child
from hypertemplate.runtime.protocol import RuntimeOptions


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_process_that_does_not_start_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    before = descriptors()
    with pytest.raises(NoProcessError) as caught:
        Child({}, RuntimeOptions(1), start_afresh)
    assert str(caught.value) == (
        "no worker can be started: [Errno 2] No such file or directory: '/no/such/python'"
    )
    assert descriptors() == before


def test_a_system_that_starts_no_more_processes_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork(*arguments: object, **more: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr("subprocess.Popen", fork)
    before = descriptors()
    with pytest.raises(NoProcessError) as caught:
        Child({}, RuntimeOptions(1), start_afresh)
    assert str(caught.value) == (
        "no worker can be started: Resource temporarily unavailable; see ulimit -a, or run fewer workers"
    )
    assert descriptors() == before
