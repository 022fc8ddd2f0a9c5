"""Random generators that a process has one of: how each is seeded, read and written; nothing is imported."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class Stream:
    """The generator of a package.

    Attributes:
        package: package that must be loaded.
        seed: function that seeds it.
        read: function that returns its state.
        write: function that sets its state.
        seeders: functions with which user code seeds it or sets its state, as paths in the package.
    """

    package: str
    seed: Callable[[ModuleType, int], None]
    read: Callable[[ModuleType], Any]
    write: Callable[[ModuleType, Any], None]
    seeders: tuple[str, ...]


def _seed_python(module: ModuleType, seed: int) -> None:
    random.seed(seed)


def _read_python(module: ModuleType) -> Any:
    return random.getstate()


def _write_python(module: ModuleType, state: Any) -> None:
    random.setstate(state)


def _seed_numpy(module: ModuleType, seed: int) -> None:
    module.random.seed(seed)


def _read_numpy(module: ModuleType) -> Any:
    return module.random.get_state()


def _write_numpy(module: ModuleType, state: Any) -> None:
    module.random.set_state(state)


def _seed_torch(module: ModuleType, seed: int) -> None:
    module.manual_seed(seed)


def _read_torch(module: ModuleType) -> Any:
    on_gpus = module.cuda.get_rng_state_all() if module.cuda.is_initialized() else None
    return module.initial_seed(), module.get_rng_state(), on_gpus


def _write_torch(module: ModuleType, state: Any) -> None:
    first, on_cpu, on_gpus = state
    module.manual_seed(first)  # also of GPUs that are not in use yet
    module.set_rng_state(on_cpu)
    if on_gpus is not None:
        module.cuda.set_rng_state_all(on_gpus)


def _seed_tensorflow(module: ModuleType, seed: int) -> None:
    module.random.set_seed(seed)


def _eager_context() -> Any:
    return sys.modules["tensorflow.python.eager.context"].context()


def _global_generator() -> Any:
    return sys.modules["tensorflow.python.ops.stateful_random_ops"]


def _read_tensorflow(module: ModuleType) -> Any:
    context = _eager_context()
    drawn = getattr(context, "_rng", None)
    generator = _global_generator().global_generator
    return (
        context._seed,
        None if drawn is None else drawn.getstate(),
        generator,
        None if generator is None else generator.state.numpy(),
    )


def _write_tensorflow(module: ModuleType, state: Any) -> None:
    seed, drawn, generator, numbers = state
    module.random.set_seed(seed)
    if drawn is not None:
        _eager_context()._rng.setstate(drawn)
    _global_generator().global_generator = generator
    if generator is not None:
        generator.state.assign(numbers)


def _seed_keras(module: ModuleType, seed: int) -> None:
    module.utils.set_random_seed(seed)


_KERAS_SEED = "global_random_seed"
_KERAS_GENERATOR = "global_seed_generator"


def _read_keras(module: ModuleType) -> Any:
    if (old := _old_keras_generator(module)) is not None:
        return old.generator.getstate() if hasattr(old, "generator") else None
    state = sys.modules.get(f"{module.__name__}.src.backend.common.global_state")
    if state is None:
        return None  # a release that keeps it elsewhere
    generator = state.get_global_attribute(_KERAS_GENERATOR)
    value = None if generator is None else module.ops.convert_to_numpy(generator.state)
    return state.get_global_attribute(_KERAS_SEED), generator, value


def _write_keras(module: ModuleType, state: Any) -> None:
    if state is None:
        return
    if (old := _old_keras_generator(module)) is not None:
        old.generator = random.Random()
        old.generator.setstate(state)
        return
    seed, generator, value = state
    there = sys.modules[f"{module.__name__}.src.backend.common.global_state"]
    there.set_global_attribute(_KERAS_SEED, seed)
    there.set_global_attribute(_KERAS_GENERATOR, generator)
    if generator is not None:
        generator.state.assign(value)


def _old_keras_generator(module: ModuleType) -> Any:
    """Return the holder of the generator of a Keras before Keras 3, which may have none."""
    for path in ("src.backend", "backend"):
        holder = getattr(sys.modules.get(f"{module.__name__}.{path}"), "_SEED_GENERATOR", None)
        if holder is not None:
            return holder
    return None


PYTHON = "random"

KERAS = ("keras", "tf_keras")

STREAMS = (
    Stream(PYTHON, _seed_python, _read_python, _write_python, ("seed", "setstate")),
    Stream("numpy", _seed_numpy, _read_numpy, _write_numpy, ("random.seed", "random.set_state")),
    Stream(
        "torch",
        _seed_torch,
        _read_torch,
        _write_torch,
        ("manual_seed", "seed", "set_rng_state", "cuda.manual_seed", "cuda.manual_seed_all"),
    ),
    Stream(
        "tensorflow",
        _seed_tensorflow,
        _read_tensorflow,
        _write_tensorflow,
        ("random.set_seed", "random.set_global_generator", "compat.v1.set_random_seed"),
    ),
    # Keras draws the seed of its generator from Python's, so that both are seeded or none.
    *(Stream(name, _seed_keras, _read_keras, _write_keras, ()) for name in KERAS),
)
"""The generators. That of Keras is last, since seeding it seeds the others."""
