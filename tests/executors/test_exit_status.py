from __future__ import annotations

import doctest
import signal

import pytest

from hypertemplate.executors import exit_status
from hypertemplate.executors.exit_status import death, describe_status, unsound
from hypertemplate.runtime.protocol import Complete, Failed, FailureKind, Outcome, Pruned


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(0, "the worker exited with status 0", id="an exit without an error"),
        pytest.param(3, "the worker exited with status 3", id="an exit with an error"),
        pytest.param(
            -signal.SIGKILL,
            "the worker was killed by signal 9 (SIGKILL): probably out of memory, 2.9 GiB resident at most",
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
    assert describe_status(status, 3_100_000_000) == words


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        pytest.param(3, "died", id="it exited"),
        pytest.param(-signal.SIGKILL, "died", id="it was killed"),
        pytest.param(-signal.SIGTERM, "interrupted", id="it was asked to end, as a scheduler asks"),
        pytest.param(-signal.SIGINT, "interrupted", id="it was asked to end, as a terminal asks"),
    ],
)
def test_whether_somebody_asked_it_to_end(status: int, kind: FailureKind) -> None:
    assert death(status, 5) == Failed(kind, describe_status(status, 5))


def test_memory_that_is_not_known_is_not_named() -> None:
    words = "the worker was killed by signal 9 (SIGKILL): probably out of memory"
    assert describe_status(-signal.SIGKILL, 0) == words


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("MemoryError (model.py:5)", id="Python has no memory"),
        pytest.param("_ArrayMemoryError: Unable to allocate 9 TiB (model.py:5)", id="NumPy has none"),
        pytest.param("ResourceExhaustedError: {{function_node __wrapped__AddV2}}", id="TensorFlow has none"),
        pytest.param("OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB", id="PyTorch has none"),
        pytest.param("XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory", id="JAX has none"),
        pytest.param(
            "RuntimeError: CUDA error: device-side assert triggered", id="a device in an unknown state"
        ),
        pytest.param("InternalError: cuDNN launch failure", id="a library in an unknown state"),
    ],
)
def test_failures_that_may_leave_a_worker_unsound(message: str) -> None:
    assert unsound(Failed("raised", message)) == f"the last trial may have left it unsound: {message}"


def test_a_device_that_ran_out_of_memory_may_still_hold_some() -> None:
    outcome = Failed("out of accelerator memory", "out of accelerator memory: OutOfMemoryError: 2 GiB")
    assert unsound(outcome) == "the last trial ran out of accelerator memory, and may still hold some"


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(Complete(1.0), id="a success"),
        pytest.param(Pruned(None), id="a trial that was stopped"),
        pytest.param(
            Failed("raised", "ValueError: shapes do not match (model.py:5)"), id="a fault of the model"
        ),
        pytest.param(Failed("not finite", "the loss is nan"), id="a bad loss"),
        pytest.param(Failed("reported", "out of memory, says the model"), id="a failure that was returned"),
    ],
)
def test_outcomes_after_which_a_worker_is_sound(outcome: Outcome) -> None:
    assert unsound(outcome) is None


def test_the_examples() -> None:
    assert doctest.testmod(exit_status).failed == 0
