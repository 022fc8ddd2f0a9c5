"""Statements of a module or cell that have not run yet, while one of its statements runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel


def not_run_yet(
    module: Module, namespaces: Sequence[Mapping[str, object]], files: Sequence[str]
) -> Iterator[TopLevel]:
    """Yield the statements below the one that runs now, in its file or cell.

    Args:
        module: statements of a file, or of all cells that ran.
        namespaces: globals of the functions that are read.
        files: `co_filename` of the definitions of each part; empty for a file, which is one part.
    """
    # Of a cell that ran several times, the last run is the one that runs now.
    last = {file: part for part, file in enumerate(files)}
    for frame in _running():
        if any(frame.f_globals is names for names in namespaces):
            for statement in module.statements:
                here = not files or last.get(frame.f_code.co_filename) == statement.tree.part
                if here and statement.node.lineno > frame.f_lineno:
                    yield statement


def _running() -> Iterator[FrameType]:
    """Yield the frames of module-level code in the current call stack."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            yield frame
        frame = frame.f_back
