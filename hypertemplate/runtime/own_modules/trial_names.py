"""Global names of a trial's own code, in a module of its own that the functions of the trial keep.

So a model that is kept, or that user code remembers, computes with the names of its own trial for ever. Where
code of setup could tell the two modules apart, there is one for all trials.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Collection, Iterable, Mapping
from types import CodeType, ModuleType
from typing import Any

from hypertemplate.runtime.kept_models.values_in_place import DRAWS, nested
from hypertemplate.runtime.own_code import MODULE_NAME

BY_TEXT = frozenset({"globals", "eval", "exec", "vars"})
"""Builtins that find names by their texts."""

_BY_NAME = frozenset({"modules", "import_module", "__import__"})
"""Names of what finds a module by its name: ``sys.modules[__name__]``."""

READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
BINDS = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL"})
BINDS_AT_TOP = BINDS | {"STORE_NAME", "DELETE_NAME"}


def begin(setup: Mapping[str, Any]) -> dict[str, Any]:
    """Return the global names for a new trial, which begin as those of setup.

    They are those of a module that stands for the user's: what pickles by name, for one, looks it up.
    """
    module = ModuleType(MODULE_NAME)
    vars(module).update(setup)
    sys.modules[MODULE_NAME] = module
    return vars(module)


def end(names: dict[str, Any], setup: Mapping[str, Any], needed: Collection[str]) -> None:
    """Let go of what a trial has bound, so that nothing of it lives on in a circle of names and functions.

    Args:
        names: global names of the trial.
        setup: names that setup has bound.
        needed: names that its functions may read later.
    """
    for name in [name for name in names if name not in setup and name not in needed]:
        del names[name]


def can_be_apart(setup: Iterable[CodeType], trial: Iterable[CodeType], also: Iterable[str]) -> bool:
    """Return True if no function of setup can tell the names of a trial from its own.

    Args:
        setup: code of setup, whose functions may be called in trials.
        trial: code that runs in each trial.
        also: names that are bound for each trial without code.
    """
    once = list(setup)
    ours = [one for code in once for one in nested(code)]
    top = list(trial)
    theirs = [one for code in top for one in nested(code)]
    if any(("*",) in code.co_consts for code in top) or BY_TEXT & named(READS, *once, *ours, *top, *theirs):
        return False
    if any("__name__" in code.co_names and _BY_NAME.intersection(code.co_names) for code in (*once, *ours)):
        return False
    bound = {*also, *named(BINDS_AT_TOP, *top), *named(BINDS, *theirs)}
    return not named(BINDS, *ours) and not bound & named(READS, *ours)


def read_later(trial: Iterable[CodeType]) -> frozenset[str]:
    """Return the global names that functions of trial code read."""
    return frozenset({DRAWS, *named(READS, *(one for code in trial for one in nested(code)))})


def named(operations: frozenset[str], *codes: CodeType) -> set[str]:
    """Return the names that operations of some code have."""
    return {
        str(one.argval) for code in codes for one in dis.get_instructions(code) if one.opname in operations
    }
