"""Statements of a module or cell that have not run yet, while one of its statements runs."""

from __future__ import annotations

import ast
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


def never_reached(module: Module, raised: Mapping[int, int]) -> Iterator[TopLevel]:
    """Yield the statements below one that raised an error, in its cell, and itself if it binds nothing then.

    Args:
        module: statements of all cells that ran.
        raised: lines that raised, from 1, by the number of the part.
    """
    for statement in module.statements:
        line = raised.get(statement.tree.part)
        if line is not None:
            node = statement.node
            is_below = node.lineno > line
            if is_below or (_binds_at_the_end(node) and line <= (node.end_lineno or node.lineno)):
                yield statement


def _binds_at_the_end(node: ast.stmt) -> bool:
    """Tell whether a statement only gives a name a value, which is the last that it does."""
    return isinstance(node, ast.Assign) and all(isinstance(one, ast.Name) for one in node.targets)


def _running() -> Iterator[FrameType]:
    """Yield the frames of module-level code in the current call stack."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            yield frame
        frame = frame.f_back
