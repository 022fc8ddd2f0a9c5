"""Why a worker ended, in words, and which failures leave one unsound."""

from __future__ import annotations

import re
import signal

from hypertemplate.runtime.protocol import Failed, Outcome
from hypertemplate.units import size_text

NATIVE_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)

ASKED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that ask a process to end; they often go to all processes of a search at once."""

UNSOUND = re.compile(
    r"\b(\w*MemoryError|ResourceExhausted\w*|RESOURCE_EXHAUSTED|(?i:out of memory)"
    r"|InternalError|XlaRuntimeError|JaxRuntimeError|CUDA(_ERROR| error)\w*|cuDNN|cuBLAS|device-side assert)"
)
"""What a trial's error says where memory ran out, or an accelerator is in a state that nobody knows."""


def death(status: int, resident_bytes: int) -> Failed:
    """What a trial comes to whose worker ended like this; `describe_status` tells of the arguments."""
    return Failed("interrupted" if -status in ASKED else "died", describe_status(status, resident_bytes))


def describe_status(status: int, resident_bytes: int) -> str:
    """How a process ended.

    Args:
        status: its exit status, or the negative number of a signal.
        resident_bytes: the most memory that it had since its trial began; 0 if that is not known.

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
    """Why a worker that has ended a trial like this may not be fit for another; None if it is."""
    if not isinstance(outcome, Failed):
        return None
    if outcome.kind == "out of accelerator memory":
        return "the last trial ran out of accelerator memory, and may still hold some"
    if outcome.kind != "raised" or not UNSOUND.search(outcome.message):
        return None
    return f"the last trial may have left it unsound: {outcome.message}"
