"""Compilation of models by XLA, or by PyTorch's compiler, where the template does not decide."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace

_PARAMETER = "jit_compile"

_SIGNS = ("xla", "jit_compile", "torch._dynamo", "torch._inductor")
"""Substrings of the compilers' own errors, in lower case."""


def compile_models(module: ModuleType, wanted: Callable[[], bool]) -> list[Undo]:
    """Make `Model.compile` of a loaded Keras compile for its device where the code does not decide.

    A call that passes ``jit_compile``, even ``"auto"``, or requests eager execution is left as it is. Keras
    itself skips a model with a layer that it knows cannot be compiled.

    Args:
        module: the Keras module.
        wanted: called for each call that does not decide.

    Returns:
        Functions that restore Keras's own method; empty for a release without the parameter.
    """
    original = module.Model.compile
    signature = inspect.signature(original)
    if _PARAMETER not in signature.parameters:
        return []
    # In `Model` it would look like a model's own `compile`, and Keras never compiles such models on loading.
    definer = next(one for one in module.Model.__mro__ if "compile" in vars(one))

    @functools.wraps(original)
    def compile_model(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        if _PARAMETER not in given and not given.get("run_eagerly") and wanted():
            kwargs[_PARAMETER] = True
        return original(*args, **kwargs)

    return [replace(definer, "compile", compile_model)]


def is_compilers(error: BaseException) -> bool:
    """Return True if an exception is a compiler's, judged by its text."""
    said = f"{type(error).__module__} {error}".lower()
    return any(sign in said for sign in _SIGNS)
