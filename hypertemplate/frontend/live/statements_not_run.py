"""What of a module or cell has not run yet, while one of its statements runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel


def not_run_yet(
    module: Module, namespaces: Sequence[Mapping[str, object]], files: Sequence[str]
) -> Iterator[TopLevel]:
    """The statements below the one that runs now, in the file or cell that it is in.

    Args:
        module: the statements of a file, or of all cells that ran.
        namespaces: the globals of the functions that are read.
        files: of each part the `co_filename` of what it defines; empty for a file, which is one part.
    """
    for frame in _running():
        if any(frame.f_globals is names for names in namespaces):
            for statement in module.statements:
                here = not files or files[statement.tree.part] == frame.f_code.co_filename
                if here and statement.node.lineno > frame.f_lineno:
                    yield statement


def _running() -> Iterator[FrameType]:
    """The frames of module-level code that wait for us."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            yield frame
        frame = frame.f_back
