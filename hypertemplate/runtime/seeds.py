"""Seeding every generator that is loaded; importing none."""

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
"""NumPy takes seeds of no more bits."""

Seeder = Callable[[ModuleType, int], None]


def trial_seed(study_seed: int, number: int) -> int:
    """The seed of trial `number` (from 0): the same for a study and number on every machine.

    Args:
        study_seed: any whole number.
        number: of the trial.

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
"""Packages with a generator of their own, and what seeds that one and nothing else."""

_KERAS = ("keras", "tf_keras")

_DRAWS_AT_IMPORT = (*_KERAS, "jax")


class _Given:
    """The process has one `random`, so it has one seed that was given last."""

    seed = 0


def seed_everything(seed: int) -> None:
    """Seed Python's `random`, and NumPy, PyTorch, TensorFlow and Keras where they are loaded.

    Args:
        seed: any whole number; its lowest 32 bits count.
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
    """Have a package that is loaded later seeded right after its import, with the seed given last.

    The watcher's context is to be `undisturbed`.

    Only the package's own generator: what the user's code has seeded before stays as it is. Keras needs
    nothing: as long as it was given no seed it draws one from Python's `random`.
    """
    for name, seed_own in _OWN.items():
        watcher.watch(name, functools.partial(_seed_again, seed_own))
    for name in _DRAWS_AT_IMPORT:
        watcher.watch(name, lambda module: None)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Leave Python's and NumPy's generators as they were before.

    Frameworks draw from them while they are imported. A trial whose model function imports one would draw
    other numbers in a new process than in one that has it loaded.
    """
    python = random.getstate()
    # What is being imported is in sys.modules already: NumPy itself has no generator yet.
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
