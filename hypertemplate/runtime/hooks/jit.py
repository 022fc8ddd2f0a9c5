"""Models that are compiled by XLA, or by PyTorch's compiler, where the template does not say."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace

_PARAMETER = "jit_compile"

_SIGNS = ("xla", "jit_compile", "torch._dynamo", "torch._inductor")
"""What the compilers' own complaints have in them, in small letters."""


def compile_models(module: ModuleType, wanted: Callable[[], bool]) -> list[Undo]:
    """Have `Model.compile` of a loaded Keras compile for its device where the code does not say.

    A call that names ``jit_compile``, be it ``"auto"``, or asks to run eagerly is left as it is. Keras
    itself leaves out a model with a layer that it knows cannot be compiled.

    Args:
        module: the Keras.
        wanted: asked at each call that does not say.

    Returns:
        What gives the Keras its own back; nothing for a release that knows no such thing.
    """
    original = module.Model.compile
    signature = inspect.signature(original)
    if _PARAMETER not in signature.parameters:
        return []
    # In `Model` it would pass for a model's own `compile`, and Keras compiles no such model that it loads.
    definer = next(one for one in module.Model.__mro__ if "compile" in vars(one))

    @functools.wraps(original)
    def compile_model(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        if _PARAMETER not in given and not given.get("run_eagerly") and wanted():
            kwargs[_PARAMETER] = True
        return original(*args, **kwargs)

    return [replace(definer, "compile", compile_model)]


def is_compilers(error: BaseException) -> bool:
    """Whether an exception is a compiler's, as far as its text tells."""
    said = f"{type(error).__module__} {error}".lower()
    return any(sign in said for sign in _SIGNS)
