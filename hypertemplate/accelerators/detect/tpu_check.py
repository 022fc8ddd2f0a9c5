"""Whether TensorFlow drives the TPU that was found; nothing here imports TensorFlow."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from hypertemplate.accelerators.detect.host import CommandError, run
from hypertemplate.runtime.process import tpu_probe

TIMEOUT_S = 60.0
"""Seconds for importing TensorFlow and initialising a TPU, which take some ten."""

_NO_KERNEL = "ConfigureDistributedTPU"
"""The first operation on a TPU, which the usual builds of TensorFlow do not have."""

_LONGEST = 200
"""Characters of what TensorFlow says."""


def tensorflow_drives_tpu(
    timeout_s: float = TIMEOUT_S, *, run: Callable[[Sequence[str], float], str] = run
) -> str:
    """Try it in a process of its own, which takes seconds.

    To be asked only where there is a TPU, TensorFlow is installed, and the template uses it.

    Args:
        timeout_s: seconds that it may take.
        run: runs a command with a limit in seconds and returns what it printed; raises `CommandError`.

    Returns:
        An empty text if TensorFlow drives the TPU; else why not, in one line.
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
    """What the last line says; nothing where that is not the probe's, but a library's last word."""
    last = printed.strip().rpartition("\n")[2]
    try:
        found = json.loads(last)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
