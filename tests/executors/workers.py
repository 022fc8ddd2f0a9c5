"""Executors for tests, with the options of trials among their arguments."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypertemplate.compiler.program import Program
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.protocol import RuntimeOptions

OPTIONS = frozenset(field.name for field in dataclasses.fields(RuntimeOptions))


def process_executor(
    program: Program, kind: type[ProcessExecutor] = ProcessExecutor, *, seed: int = 1337, **given: Any
) -> ProcessExecutor:
    """Worker processes; `given` are fields of `RuntimeOptions` and arguments of the executor."""
    options = RuntimeOptions(seed, **{name: value for name, value in given.items() if name in OPTIONS})
    return kind(program, options, **{name: value for name, value in given.items() if name not in OPTIONS})
