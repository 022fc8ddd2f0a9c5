from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from hypertemplate.errors import WorkerError
from hypertemplate.executors.child import Child, describe_status


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(0, "the worker exited with status 0", id="an exit without an error"),
        pytest.param(3, "the worker exited with status 3", id="an exit with an error"),
        pytest.param(
            -signal.SIGKILL,
            "the worker was killed by signal 9 (SIGKILL): probably out of memory",
            id="what the kernel does when memory runs out",
        ),
        pytest.param(
            -signal.SIGSEGV,
            "the worker was killed by signal 11 (SIGSEGV): a crash in native code",
            id="a bad pointer",
        ),
        pytest.param(
            -signal.SIGABRT,
            "the worker was killed by signal 6 (SIGABRT): a crash in native code",
            id="a check that failed",
        ),
        pytest.param(-signal.SIGTERM, "the worker was killed by signal 15 (SIGTERM)", id="somebody else"),
        pytest.param(-40, "the worker was killed by signal 40", id="a signal without a name"),
    ],
)
def test_how_a_process_ended(status: int, words: str) -> None:
    assert describe_status(status) == words


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_process_that_does_not_start_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    before = descriptors()
    with pytest.raises(WorkerError) as caught:
        Child({}, show_output=False, attached=False)
    assert str(caught.value) == (
        "no worker can be started: [Errno 2] No such file or directory: '/no/such/python'"
    )
    assert descriptors() == before
