"""Check that TensorFlow can drive the detected TPU, without importing TensorFlow here."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from hypertemplate.accelerators.detect.host import CommandError, run
from hypertemplate.runtime.process import tpu_probe

TIMEOUT_S = 60.0
"""Seconds allowed for importing TensorFlow and initialising a TPU, which usually takes about ten."""

_NO_KERNEL = "ConfigureDistributedTPU"
"""First operation on a TPU, which the usual builds of TensorFlow lack."""

_LONGEST = 200
"""Number of characters kept of TensorFlow's error."""


def tensorflow_drives_tpu(
    timeout_s: float = TIMEOUT_S, *, run: Callable[[Sequence[str], float], str] = run
) -> str:
    """Try to initialise the TPU in a separate process, which takes seconds.

    Call this only if there is a TPU, TensorFlow is installed, and the template uses it.

    Args:
        timeout_s: seconds that the process may take.
        run: runs a command with a limit in seconds and returns what it printed; raises `CommandError`.

    Returns:
        An empty text if TensorFlow drives the TPU; else the reason, in one line.
    """
    try:
        printed = run([sys.executable, tpu_probe.__file__], timeout_s)
    except CommandError as error:
        return f"TensorFlow could not be asked: {error}"
    answer = _answer(printed)
    if answer.get("cores"):
        return ""
    said = str(answer.get("error", "it counts no TPU"))
    if _NO_KERNEL in said:
        return "this TensorFlow is built without what drives a TPU"
    return f"TensorFlow cannot initialise it: {' '.join(said.split())[:_LONGEST].rstrip()}"


def _answer(printed: str) -> dict[str, object]:
    """Parse the last line of output; an empty dict if a library, not the probe, printed it."""
    last = printed.strip().rpartition("\n")[2]
    try:
        found = json.loads(last)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
