"""Settings that a worker makes in frameworks when its program loads them, before the program goes further.

In the user's own process (`hypertemplate.executors.inline`) all of them are restored after the program,
except those that cannot be: a share of a GPU's memory, and devices that TensorFlow or JAX has initialised.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from hypertemplate.runtime.failures.out_of_memory import is_out_of_memory
from hypertemplate.runtime.hooks.batches import ALONE, Sharing, share_batches
from hypertemplate.runtime.hooks.device_check import without_device
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.jit import compile_models, is_compilers
from hypertemplate.runtime.hooks.keras_fit import PACKAGES
from hypertemplate.runtime.hooks.patch import Undo, replace_everywhere
from hypertemplate.runtime.hooks.strategies import MAKERS, Strategy, is_uneven
from hypertemplate.runtime.protocol import Acceleration


def accelerate(watcher: ImportWatcher, acceleration: Acceleration) -> Accelerated:
    """Apply the driver's settings to each framework when the code imports it.

    Args:
        watcher: watcher for the imports.
        acceleration: settings to apply. The template's own settings come later, and win.
    """
    accelerated = Accelerated(acceleration)
    if acceleration != Acceleration(device=acceleration.device):
        for name in PACKAGES:
            watcher.watch(name, accelerated.set_keras)
        watcher.watch("torch", accelerated.set_torch)
    return accelerated


class Accelerated:
    """Acceleration settings of one worker."""

    def __init__(self, acceleration: Acceleration) -> None:
        self._wanted = acceleration
        self._kerases: dict[str, ModuleType] = {}
        self._late: set[str] = set()
        self._undo: list[Undo] = []
        self._strategy: Strategy | None = None
        self._scope: ExitStack | None = None
        self._in_trial = False
        self._compiled = False
        self._looks = bool(acceleration.device)
        self._said: set[str] = set()
        self._notes: list[str] = []

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Run a trial in this context, after the sessions were cleared.

        The trial's code runs in the strategy's scope. The strategy is created with the first trial that has
        loaded Keras, because the template's setup part may still configure the devices. The device check
        comes after the trial, for the same reason.
        """
        self._in_trial, self._compiled = True, False
        try:
            for name in self._late:
                self._set_policy(self._kerases[name])
            self._enter()
            yield
        finally:
            self._leave()
            self._in_trial = False
            if self._looks:
                self._look()

    def notes(self) -> tuple[str, ...]:
        """Return the notes for the user since the last call."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def explained(self, error: BaseException, message: str) -> str:
        """Add advice to the message of a failed trial if the acceleration may be the cause."""
        if self._compiled and is_compilers(error) and not is_out_of_memory(error):
            return f"{message}; for a model that cannot be compiled, write compile(..., jit_compile=False)"
        if self._strategy is not None and is_uneven(error):
            devices = self._strategy.sharing.devices
            return f"{message}; the first batch must divide by the {devices} devices that share it"
        return message

    def undo(self) -> None:
        """Restore the settings that can be restored, in a process that continues."""
        while self._undo:
            self._undo.pop()()
        if self._strategy is not None:
            for give_back in self._strategy.undo:
                give_back()

    def set_keras(self, module: ModuleType) -> None:
        """Apply the settings to a Keras that has just been imported, or is already loaded."""
        name = module.__name__
        if self._kerases.get(name) is module:
            return
        self._kerases[name] = module
        if self._in_trial:
            self._late.add(name)
        if self._wanted.precision:
            previous = module.mixed_precision.global_policy()
            self._set_policy(module)
            self._undo.append(functools.partial(self._give_policy_back, module, previous))
        if self._wanted.jit:
            self._undo += compile_models(module, functools.partial(self._compiles, module))
        if self._wanted.strategy:
            self._undo += share_batches(module, self._sharing, self._say)
        if self._wanted.precision or self._wanted.strategy:
            original = module.backend.clear_session
            mine = self._keeping(module, original)
            self._undo += replace_everywhere(name, "clear_session", original, mine)
        if self._in_trial:
            self._enter()

    def set_torch(self, module: ModuleType) -> None:
        """Limit a PyTorch that has just been imported to its share of the GPU."""
        if self._wanted.memory_fraction and module.cuda.is_available():
            module.cuda.set_per_process_memory_fraction(self._wanted.memory_fraction)

    def _look(self) -> None:
        """Add a note if the frameworks in use lack the device; stop checking once one has computed."""
        said = without_device(self._wanted.device)
        self._looks = said is None
        if said:
            self._say(said)

    def _set_policy(self, module: ModuleType) -> None:
        if self._wanted.precision:
            module.mixed_precision.set_global_policy(self._wanted.precision)

    def _has_our_policy(self, module: ModuleType) -> bool:
        policy = module.mixed_precision.global_policy()
        return bool(self._wanted.precision) and policy.name == self._wanted.precision

    def _give_policy_back(self, module: ModuleType, previous: Any) -> None:
        if self._has_our_policy(module):
            module.mixed_precision.set_global_policy(previous)

    def _keeping(self, module: ModuleType, clear_session: Any) -> Any:
        """Wrap `clear_session` so that the settings survive: many model functions begin with a call of it.

        It resets the policy of Keras 3, and TensorFlow's current strategy.
        """

        @functools.wraps(clear_session)
        def clear(*args: Any, **kwargs: Any) -> Any:
            ours, inside = self._has_our_policy(module), self._scope is not None
            self._leave()
            try:
                return clear_session(*args, **kwargs)
            finally:
                if ours:
                    self._set_policy(module)
                if inside:
                    self._enter()

        return clear

    def _enter(self) -> None:
        """Enter the strategy's scope, if there is one and it is not entered yet."""
        if self._strategy is None:
            self._strategy = self._made()
        if self._strategy is not None and self._scope is None:
            scope = ExitStack()
            scope.enter_context(self._strategy.scope())
            self._scope = scope

    def _leave(self) -> None:
        scope, self._scope = self._scope, None
        if scope is not None:
            scope.close()

    def _made(self) -> Strategy | None:
        """Create the strategy for the first loaded Keras that supports it."""
        for module in self._kerases.values() if self._wanted.strategy else ():
            backend = module.backend.backend()
            make = MAKERS.get((self._wanted.strategy, backend))
            if make is not None:
                return make(module)
            self._say(f"each trial uses one device: Keras on {backend} cannot train a model on several")
        return None

    def _sharing(self) -> Sharing:
        """Return how devices share a batch now."""
        return self._strategy.sharing if self._strategy is not None and self._scope is not None else ALONE

    def _compiles(self, module: ModuleType) -> bool:
        """Return True if a model that is compiled now should be compiled for its device."""
        backend = module.backend.backend()
        if backend == "tensorflow" and self._scope is not None:
            self._say(
                "--jit is left out: TensorFlow cannot compile what trains under a distribution strategy"
            )
            return False
        self._compiled = backend != "jax"  # JAX always compiles
        return True

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._notes.append(text)
