"""Exit status of a worker in words, and failures that leave a worker unsound."""

from __future__ import annotations

import re
import signal

from hypertemplate.runtime.protocol import Failed, Outcome
from hypertemplate.units import size_text

NATIVE_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)

ASKED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that request a process to end; they often go to all processes of a search at once."""

UNSOUND = re.compile(
    r"\b(\w*MemoryError|ResourceExhausted\w*|RESOURCE_EXHAUSTED|(?i:out of memory)"
    r"|InternalError|XlaRuntimeError|JaxRuntimeError|CUDA(_ERROR| error)\w*|cuDNN|cuBLAS|device-side assert)"
)
"""Errors of a trial after which memory, or an accelerator, may be in an unknown state."""


def death(status: int, resident_bytes: int) -> Failed:
    """Return the outcome of a trial whose worker ended like this; arguments as in `describe_status`."""
    return Failed("interrupted" if -status in ASKED else "died", describe_status(status, resident_bytes))


def describe_status(status: int, resident_bytes: int) -> str:
    """Describe how a process ended.

    Args:
        status: exit status, or the negative number of a signal.
        resident_bytes: peak memory since its trial began; 0 if unknown.

    >>> describe_status(-9, 3_100_000_000)
    'the worker was killed by signal 9 (SIGKILL): probably out of memory, 2.9 GiB resident at most'
    """
    if status >= 0:
        return f"the worker exited with status {status}"
    try:
        name = f" ({signal.Signals(-status).name})"
    except ValueError:
        name = ""
    reason = ""
    if -status == signal.SIGKILL:
        reason = ": probably out of memory"
        if resident_bytes:
            reason += f", {size_text(resident_bytes)} resident at most"
    elif -status in NATIVE_CRASHES:
        reason = ": a crash in native code"
    return f"the worker was killed by signal {-status}{name}{reason}"


def unsound(outcome: Outcome) -> str | None:
    """Return the reason why a worker may not be fit for another trial after this one; None if it is."""
    if not isinstance(outcome, Failed):
        return None
    if outcome.kind == "out of accelerator memory":
        return "the last trial ran out of accelerator memory, and may still hold some"
    if outcome.kind != "raised" or not UNSOUND.search(outcome.message):
        return None
    return f"the last trial may have left it unsound: {outcome.message}"
