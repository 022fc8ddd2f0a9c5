"""Lines that frameworks log for their own developers, which are left out of what is shown of a trial.

A trial's file keeps them. Fatal ones are shown: they say why a process ended.
"""

from __future__ import annotations

import re

_PREFIXED = (
    r"[IWE]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \S+:\d+\] ",  # absl and glog
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: (?:[IW]|E (?=external/local_)) \S+:\d+\] ",  # TensorFlow and XLA
    r"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: )?(?:[IW] tensorflow/|[IWE] external/local_)",
    r"(?:INFO|WARNING):\d{4}-[^:]+:\d\d:[\d,]+:jax\._src\.",  # JAX, on the devices that it looks for
    r"\[[IW]\d* ?[^]]*\.cpp:\d+\] ",  # PyTorch
)

_SAYING = (
    r"WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR",
    r"To enable the following instructions: .*, rebuild TensorFlow with the appropriate compiler flags\.",
    r".*Unable to register cu\w+ (?:factory|plugin)",
    r".*oneDNN custom operations are on\.",
)

_LOGGED = re.compile(rf"\s*(?:{'|'.join((*_PREFIXED, *_SAYING))})")


def is_framework_log(line: str) -> bool:
    """Return True if a framework logged this line, such as the devices that it has found."""
    return _LOGGED.match(line) is not None
