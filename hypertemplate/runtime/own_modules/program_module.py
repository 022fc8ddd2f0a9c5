"""Module of a program, and the process as the template finds it."""

from __future__ import annotations

import builtins
import linecache
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType

from hypertemplate.compiler.program import Program, ProgramPart
from hypertemplate.compiler.syntax.source import NEWLINE
from hypertemplate.runtime.own_code import MODULE_NAME


def take_process(program: Program, argv: Sequence[str] = ()) -> None:
    """Make this process the template's: put its folder first on `sys.path`, and set `sys.argv`.

    Args:
        program: program that this process will load.
        argv: arguments as the template sees them; by default the path of its file alone.
    """
    path = program.source.path
    folder = program.source.folder or os.path.dirname(path)  # noqa: PTH120 - sys.path holds texts
    sys.path.insert(0, folder or os.getcwd())  # noqa: PTH109
    sys.argv = list(argv) or [path]


def new_module(program: Program) -> ModuleType:
    """Return the module in which a program runs, empty, and let its lines be found by tracebacks."""
    module = ModuleType(MODULE_NAME)
    vars(module).update(__builtins__=builtins)
    if program.source.path:  # a notebook's kernel has no file, and inspect fails on an empty name
        vars(module).update(__file__=program.source.path)
    if program.parts[-1].package:
        vars(module).update(__package__=program.parts[-1].package)
    # In a notebook's kernel these would end the kernel, or do not exist; in a trial they end the trial.
    vars(module).update(exit=sys.exit, quit=sys.exit)
    sys.modules[MODULE_NAME] = module
    for part in program.parts:
        lines = [f"{line}\n" for line in NEWLINE.split(part.kept)[:-1]]
        # Without a modification time it is never read again from disk, where the markers are.
        linecache.cache[part.filename] = (len(part.kept), None, lines, part.filename)
    return module


def compiled(part: ProgramPart, text: str) -> CodeType:
    """Compile a text of a part."""
    code: CodeType = compile(text, part.filename, "exec", part.flags, dont_inherit=True)
    return code
