"""Seeds of all random generators that are loaded; nothing is imported."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

from hypertemplate.runtime.hooks.imports import ImportWatcher

BITS = 32
"""Most bits of a seed, by NumPy's limit."""

Seeder = Callable[[ModuleType, int], None]


def trial_seed(study_seed: int, number: int) -> int:
    """Return the seed of trial `number` (from 0): the same for a study and number on every machine.

    Args:
        study_seed: any whole number.
        number: number of the trial.

    Returns:
        A whole number of 32 bits.
    """
    digest = hashlib.sha256(f"{study_seed}:{number}".encode()).digest()
    return int.from_bytes(digest[: BITS // 8], "big")


def _seed_numpy(module: ModuleType, seed: int) -> None:
    module.random.seed(seed)


def _seed_torch(module: ModuleType, seed: int) -> None:
    module.manual_seed(seed)


def _seed_tensorflow(module: ModuleType, seed: int) -> None:
    module.random.set_seed(seed)


_OWN: dict[str, Seeder] = {
    "numpy": _seed_numpy,
    "torch": _seed_torch,
    "tensorflow": _seed_tensorflow,
}
"""Packages with a generator of their own -> function that seeds it and nothing else."""

_KERAS = ("keras", "tf_keras")

_DRAWS_AT_IMPORT = (*_KERAS, "jax")


class _Given:
    """Holder of the latest seed: the process has one `random`."""

    seed = 0


def seed_everything(seed: int) -> None:
    """Seed Python's `random`, and those of NumPy, PyTorch, TensorFlow and Keras that are loaded.

    Args:
        seed: any whole number; only its lowest 32 bits count.
    """
    _Given.seed = seed % (1 << BITS)
    random.seed(_Given.seed)
    for name, seed_own in _OWN.items():
        if (module := sys.modules.get(name)) is not None:
            seed_own(module, _Given.seed)
    for name in _KERAS:
        if (module := sys.modules.get(name)) is not None:
            module.utils.set_random_seed(_Given.seed)


def seed_at_import(watcher: ImportWatcher) -> None:
    """Seed a package that is loaded later right after its import, with the latest seed.

    The watcher's context must be `undisturbed`.

    Only the package's own generator is seeded: generators that the user's code has seeded stay as they are.
    Keras needs nothing: without a seed it draws one from Python's `random`.
    """
    for name, seed_own in _OWN.items():
        watcher.watch(name, functools.partial(_seed_again, seed_own))
    for name in _DRAWS_AT_IMPORT:
        watcher.watch(name, lambda module: None)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Restore Python's and NumPy's generators after this context.

    Frameworks draw from them during import. A trial whose model function imports one would draw other numbers
    in a new process than in one that has it loaded.
    """
    python = random.getstate()
    # A module being imported is already in sys.modules: NumPy itself has no generator yet.
    numpy = getattr(sys.modules.get("numpy"), "random", None)
    state = None if numpy is None else numpy.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        if numpy is not None:
            numpy.set_state(state)
        elif (loaded := getattr(sys.modules.get("numpy"), "random", None)) is not None:
            loaded.seed(_Given.seed)


def _seed_again(seed_own: Seeder, module: ModuleType) -> None:
    seed_own(module, _Given.seed)
