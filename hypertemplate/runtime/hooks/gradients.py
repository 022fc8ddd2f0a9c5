"""Removal of gradients that TensorFlow registers for every training function and never forgets.

For each sum over replicas, which is part of every training function of Keras on TensorFlow, TensorFlow
registers a gradient under a new name. The gradient refers to the function's graph, and the graph to the
variables: a whole model and its optimizer for each trial (seen in TensorFlow 2.21).
"""

from __future__ import annotations

import sys
from types import FunctionType

_REGISTRY = "tensorflow.python.framework.ops"
_SUMS = "tensorflow.python.distribute.distribute_lib"


def forget_gradients() -> None:
    """Unregister the gradients of sums over replicas.

    They serve only to differentiate an optimizer's step once more, which nobody does after its trial.
    Gradients that the user's code or a library has defined stay. If TensorFlow is not loaded, or keeps them
    elsewhere, this does nothing.
    """
    registry = getattr(getattr(sys.modules.get(_REGISTRY), "gradient_registry", None), "_registry", None)
    if not isinstance(registry, dict):
        return
    for name, entry in [*registry.items()]:
        if name.startswith("CustomGradient-") and _is_of_a_sum(entry.get("type")):
            del registry[name]


def _is_of_a_sum(registered: object) -> bool:
    """Return True if `ReplicaContext.all_reduce` defined the function that a registered gradient calls."""
    called = _closed_over(_closed_over(registered, "tape_grad_fn"), "grad_fn")
    return getattr(called, "__module__", None) == _SUMS


def _closed_over(function: object, name: str) -> object:
    """Return the value of `name` in a nested function's closure, or None."""
    if not isinstance(function, FunctionType):
        return None
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    return cells[name].cell_contents if name in cells else None
