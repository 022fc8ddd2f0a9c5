"""Values that worker processes need from this process's memory: one file for all of them."""

from __future__ import annotations

import dis
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

from hypertemplate.api.prepared import Prepared
from hypertemplate.compiler.live_module import DATA_ARGS
from hypertemplate.compiler.program import Program
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.runtime.values import unpicklable, write_values
from hypertemplate.units import size_text

LARGE_BYTES = 256 * 2**20
"""Size in bytes above which the user is told of the file, since each worker reads all of it."""


def send_values(prepared: Prepared, folder: Path) -> tuple[Program, str, list[str]]:
    """Compile for worker processes, and write the values that they need from memory.

    A value that cannot be pickled is made again by its statements.

    Args:
        prepared: template.
        folder: folder for the file.

    Returns:
        The program, the file's path (empty if nothing is taken from memory), and notes for the user.

    Raises:
        CompileError: the template has errors.
        UsageError: a value cannot be pickled, and no statement can make it again.
    """
    notes: list[str] = []
    program = prepared.compile(here=False)
    if not program.live:
        return program, "", notes
    path = folder / "values.pickle"
    try:
        size = write_values(path, _needed(prepared, program))
    except Exception:  # a value's own __reduce__ may raise anything
        bad = unpicklable(_needed(prepared, program))
        if not bad:
            raise
        rebound = sorted(bad.keys() & _rebound(prepared.values))
        if rebound:  # its statement would make the old value, from before a function bound the name
            raise UsageError(_unsendable(rebound[0], bad[rebound[0]])) from None
        if DATA_ARGS in bad:
            raise UsageError(_unsendable("data_args", bad[DATA_ARGS])) from None
        program = _without(prepared, bad)
        notes += [
            f"'{name}' cannot be pickled, so each worker creates its own: {reason}"
            for name, reason in sorted(bad.items())
        ]
        size = write_values(path, _needed(prepared, program))
    if size > LARGE_BYTES:
        notes.append(_large(_needed(prepared, program), size))
    return program, str(path), notes


def _rebound(values: Mapping[str, Any]) -> set[str]:
    """Return the names that functions among the values declare ``global`` and bind."""
    codes = [value.__code__ for value in values.values() if isinstance(value, FunctionType)]
    return {
        str(instruction.argval)
        for code in codes
        for instruction in dis.get_instructions(code)
        if instruction.opname == "STORE_GLOBAL"
    }


def _needed(prepared: Prepared, program: Program) -> dict[str, Any]:
    return {name: prepared.values[name] for name in program.live}


def _without(prepared: Prepared, bad: dict[str, str]) -> Program:
    """Compile the program that makes these values itself."""
    try:
        program = prepared.compile(here=False, without=frozenset(bad))
    except CompileError as error:
        name = next((name for name in bad if not _is_made(prepared, name)), next(iter(bad)))
        raise UsageError(_unsendable(name, bad[name])) from error
    still = sorted(bad.keys() & set(program.live))
    if still:
        raise UsageError(_unsendable(still[0], bad[still[0]]))
    return program


def _is_made(prepared: Prepared, name: str) -> bool:
    """Tell whether the template compiles without the value of a name, since its statements make it."""
    try:
        prepared.compile(here=False, without=frozenset({name}))
    except CompileError:
        return False
    return True


def _unsendable(name: str, reason: str) -> str:
    return (
        f"'{name}' cannot be sent to worker processes ({reason}): make it inside data() or the model, "
        "or leave workers out, so that trials run in this process"
    )


def _large(values: dict[str, Any], size: int) -> str:
    sizes = {name: getattr(value, "nbytes", 0) for name, value in values.items()}
    known = [(name, count) for name, count in sizes.items() if isinstance(count, int) and count > 0]
    largest = sorted(known, key=lambda pair: -pair[1])[:3]
    named = ", ".join(f"{name} {size_text(count)}" for name, count in largest)
    return f"each worker reads {size_text(size)} from memory" + (f": {named}" if named else "")
