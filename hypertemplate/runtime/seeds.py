"""Seeds of all random generators that are loaded; nothing is imported."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import random
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, ClassVar

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo, replace
from hypertemplate.runtime.state.random_streams import KERAS, PYTHON, STREAMS, Stream

BITS = 32
"""Most bits of a seed, by NumPy's limit."""

_HOOKED = "_hypertemplate_notices"


def trial_seed(study_seed: int, number: int, run: int = 0, purpose: str = "") -> int:
    """Return the seed of a run of trial `number` (from 0): the same on every machine.

    Args:
        study_seed: any whole number.
        number: number of the trial.
        run: number of the run of the trial, from 0.
        purpose: word for runs apart from those by which the trial was judged, which have other seeds.

    Returns:
        A whole number of 32 bits.
    """
    own = f":{purpose}:{run}" if purpose else f":{run}" if run else ""
    digest = hashlib.sha256(f"{study_seed}:{number}{own}".encode()).digest()
    return int.from_bytes(digest[: BITS // 8], "big")


_DRAWS_AT_IMPORT = ("keras", "tf_keras", "jax")


class _Given:
    """Holder of the latest seed, and of what user code has seeded since, as the process has one generator.

    Attributes:
        seed: latest seed.
        seeded: packages whose generator user code has seeded.
        ours: whether this package itself is seeding.
    """

    seed = 0
    seeded: ClassVar[set[str]] = set()
    ours = False


def seed_everything(seed: int) -> None:
    """Seed Python's `random`, and those of NumPy, PyTorch, TensorFlow and Keras that are loaded.

    Args:
        seed: any whole number; only its lowest 32 bits count.
    """
    _Given.seed = seed % (1 << BITS)
    _Given.seeded.clear()
    with _by_us():
        for stream, module in _loaded():
            stream.seed(module, _Given.seed)


def seed_others(seed: int) -> None:
    """Seed the generators that user code has not seeded since they were last seeded here.

    Args:
        seed: as in `seed_everything`.
    """
    resume(seed, seeded_states())


def is_seeded(package: str) -> bool:
    """Return True if user code has seeded the generator of a package."""
    return package in _Given.seeded


def seeded_states(*more: str) -> dict[str, Any]:
    """Return the states of the generators that user code has seeded, by package.

    Args:
        more: packages whose generator it has seeded in a way that could not be noticed.
    """
    _Given.seeded.update(more)
    seeded = _Given.seeded | (set(KERAS) if PYTHON in _Given.seeded else set())
    return {stream.package: stream.read(module) for stream, module in _loaded() if stream.package in seeded}


def digests() -> dict[str, object]:
    """Return the state of each loaded generator, by package, as a value that can be compared."""
    return {stream.package: _digest(stream.read(module)) for stream, module in _loaded()}


def _digest(state: Any) -> object:
    if isinstance(state, (list, tuple)):
        return tuple(map(_digest, state))
    return state.__array__().tobytes() if hasattr(state, "__array__") else state


def resume(seed: int, states: Mapping[str, Any]) -> None:
    """Seed everything, except that some generators get a state which user code has seeded.

    Args:
        seed: as in `seed_everything`.
        states: states by package, from `seeded_states`.
    """
    seed_everything(seed)
    with _by_us():
        for stream, module in _loaded():
            if stream.package in states:
                stream.write(module, states[stream.package])
    _Given.seeded.update(states)


def notice_seeding(watcher: ImportWatcher) -> Undo:
    """Notice when user code seeds a generator, of whichever package it imports.

    Returns:
        A function that restores the packages.
    """
    undo: list[Undo] = []

    def hook(stream: Stream, module: ModuleType) -> None:
        undo.extend(_hook(module, stream, path) for path in stream.seeders)

    for stream in STREAMS:
        watcher.watch(stream.package, functools.partial(hook, stream))

    def unhook() -> None:
        while undo:
            undo.pop()()

    return unhook


def seed_at_import(watcher: ImportWatcher) -> None:
    """Seed a package that is loaded later right after its import, with the latest seed.

    The watcher's context must be `undisturbed`.

    Only the package's own generator is seeded: generators that the user's code has seeded stay as they are.
    Keras needs nothing: without a seed it draws one from Python's `random`.
    """
    for stream in STREAMS:
        if stream.package not in (PYTHON, *KERAS):
            watcher.watch(stream.package, functools.partial(_seed_again, stream))
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
        with _by_us():
            random.setstate(python)
            if numpy is not None:
                numpy.set_state(state)
            elif (loaded := getattr(sys.modules.get("numpy"), "random", None)) is not None:
                loaded.seed(_Given.seed)


@contextlib.contextmanager
def as_they_were() -> Iterator[None]:
    """Restore, after this context, each generator that is loaded now."""
    before = [(stream, module, stream.read(module)) for stream, module in _loaded()]
    try:
        yield
    finally:
        with _by_us():
            for stream, module, state in before:
                stream.write(module, state)


def _loaded() -> Iterator[tuple[Stream, ModuleType]]:
    for stream in STREAMS:
        if (module := sys.modules.get(stream.package)) is not None:
            yield stream, module


@contextlib.contextmanager
def _by_us() -> Iterator[None]:
    before, _Given.ours = _Given.ours, True
    try:
        yield
    finally:
        _Given.ours = before


def _hook(module: ModuleType, stream: Stream, path: str) -> Undo:
    """Wrap a function that seeds; one that this release lacks is left out."""
    holder: Any = module
    *parents, name = path.split(".")
    for parent in parents:
        holder = getattr(holder, parent, None)
    original = getattr(holder, name, None)
    if original is None or hasattr(original, _HOOKED):
        return lambda: None

    @functools.wraps(original)
    def seeding(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        finally:
            if not _Given.ours:
                _note(stream.package, (*args, *kwargs.values(), None)[0])

    setattr(seeding, _HOOKED, True)
    return replace(holder, name, seeding)


def _note(package: str, seed: object) -> None:
    """Note that user code has seeded a generator; without a seed, its numbers are any."""
    if seed is None:
        _Given.seeded.discard(package)
    else:
        _Given.seeded.add(package)


def _seed_again(stream: Stream, module: ModuleType) -> None:
    with _by_us():
        stream.seed(module, _Given.seed)
