"""Refusal to send the template's functions and classes to processes that ``spawn`` or ``forkserver`` starts.

Such a process finds what it is sent by the name of its module, and the template is not a module that it could
import. A pool would replace each process that fails so by another, and its caller would wait for ever.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType, FunctionType, ModuleType
from typing import Any

from hypertemplate.errors import HypertemplateError
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import replace
from hypertemplate.runtime.own_modules.loaded_modules import is_program_module

_METHODS = frozenset({"forkserver", "spawn"})


class SpawnedProcessError(HypertemplateError):
    """Failure to send a definition of the template to a process that cannot import it."""


def refuse_definitions(watcher: ImportWatcher) -> Callable[[], None]:
    """Make ``multiprocessing`` raise `SpawnedProcessError` where it would send a definition of the program.

    Its pickler serves the processes that it forks too, which have the program: what goes to one of these is
    sent.

    Args:
        watcher: watcher for the import of ``multiprocessing``.

    Returns:
        A function that makes it send everything again.
    """
    undo: list[Callable[[], None]] = []

    def refuse_in(reduction: ModuleType) -> None:
        undo.append(replace(reduction.ForkingPickler, "reducer_override", _reduced))

    def allow() -> None:
        for give_back in undo:
            give_back()

    watcher.watch("multiprocessing.reduction", refuse_in)
    return allow


def _reduced(_: object, value: Any) -> Any:
    """Leave a value to the pickler, as ``reducer_override`` does, unless no receiver could import it."""
    if isinstance(value, (FunctionType, type)) and _is_of_program(value) and (method := _start_method()):
        name = f"{value.__qualname__}()" if isinstance(value, FunctionType) else f"class {value.__qualname__}"
        raise SpawnedProcessError(
            f"{name} cannot be sent to a process started by {method}, which cannot import a template: "
            "move it into a module without markers and import it, "
            "or use multiprocessing.get_context('fork'), joblib or threads"
        )
    return NotImplemented


def _is_of_program(value: FunctionType | type) -> bool:
    """Return True if pickle would send a value by the name of a module of the program."""
    name = value.__module__
    module = sys.modules.get(name)
    local = "<" in value.__qualname__  # pickle refuses it itself
    return not local and isinstance(module, ModuleType) and is_program_module(name, module)


def _start_method() -> str:
    """Return how the processes are started that a pickled value may go to; empty if one of them is forked."""
    from multiprocessing import context, process  # loaded by now: their pickler calls

    starting: Any = context.get_spawning_popen()
    children: set[Any] = {*vars(process)["_children"]}
    for frame in () if starting is not None else _frames():
        match frame.f_code.co_name, dict(frame.f_locals):
            case "_handle_tasks", {"pool": list(processes)}:
                children = {*processes}
            case ("_feed", {"queue_sem": lock}) | ("put", {"self": object(_rlock=lock)}):
                children = {child for child in children if _is_forked(child._popen) is _is_of_fork(lock)}
    receivers = [child._popen for child in children] if starting is None else [starting]
    methods = {str(popen.method) for popen in receivers}
    return "" if "fork" in methods else max(methods & _METHODS, default="")


def _frames() -> Iterator[FrameType]:
    """Yield the frames of ``multiprocessing`` that send a value, the innermost first."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith("multiprocessing."):
            yield frame
        frame = frame.f_back


def _is_forked(popen: Any) -> bool:
    return popen is not None and popen.method == "fork"


def _is_of_fork(lock: Any) -> bool:
    """Return True for a lock or semaphore that only forked processes can get: no name leads to it."""
    return vars(lock)["_semlock"].name is None
