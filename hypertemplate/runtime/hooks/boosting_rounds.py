"""Rounds of boosting fits, reported like epochs: what the hooks on XGBoost and LightGBM share.

Both have `train`, which their interfaces of scikit-learn call too, and `cv`, whose folds grow together and
are one fit. A fit without an evaluation set is left alone.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from numbers import Integral
from types import FunctionType, ModuleType
from typing import Any

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo, replace, replace_everywhere
from hypertemplate.runtime.metrics.boosting_names import Measured, names_of
from hypertemplate.runtime.metrics.numbered_names import NO_NAMES
from hypertemplate.runtime.own_code import is_own_module
from hypertemplate.runtime.reports.fits import Fits

FUNCTIONS = ("train", "cv")

_HOOKED = "_hypertemplate_reports"


class Call:
    """Call of a function with many parameters, which people give by position too.

    Args:
        parameters: parameters of the function, by name.
        args: arguments by position, also for parameters that later releases take by keyword only.
        kwargs: arguments by keyword.
    """

    def __init__(
        self, parameters: Mapping[str, inspect.Parameter], args: Iterable[Any], kwargs: Mapping[str, Any]
    ) -> None:
        self._parameters = parameters
        self._places = {name: at for at, name in enumerate(parameters)}
        self.args = [*args]
        self.kwargs = dict(kwargs)

    def __contains__(self, name: str) -> bool:
        """Tell whether the function has such a parameter."""
        return name in self._parameters

    def __getitem__(self, name: str) -> Any:
        """Return an argument, or the default."""
        at = self._places[name]
        if at < len(self.args):
            return self.args[at]
        return self.kwargs.get(name, self._parameters[name].default)

    def __setitem__(self, name: str, value: Any) -> None:
        """Replace an argument, or add it."""
        at = self._places[name]
        if at < len(self.args):
            self.args[at] = value
        else:
            self.kwargs[name] = value


class Rounds:
    """Rounds of one fit.

    Args:
        fits: fits of the trial.
        training: names of evaluation sets that are the training set itself.
    """

    def __init__(self, fits: Fits, training: Collection[str] = ()) -> None:
        self._fits = fits
        self._training = training
        self._fit: int | None = None
        self._count = 0
        self._measured: list[Measured] = []
        self._names = NO_NAMES

    @property
    def is_stopped(self) -> bool:
        """True once the driver has stopped the trial."""
        return self._fits.stopped is not None

    def started(self, rounds: Any) -> None:
        """Report the start of a fit of at most so many rounds."""
        self._fit = self._fits.started(int(rounds) if isinstance(rounds, Integral) else None, unit="round")

    def round_ended(self, number: int, values: Mapping[Measured, Any]) -> None:
        """Report the end of round `number` (from 0), with what was measured after it."""
        if self._fit is None:
            return
        self._count += 1
        measured = [*values]
        if measured != self._measured:
            self._measured, self._names = measured, names_of(measured, self._training)
        logs = {one.printed: value for one, value in values.items()}
        self._fits.epoch(self._fit, number, logs, self._names)

    def ended(self) -> None:
        """Report the end of the fit."""
        if self._fit is not None:
            self._fits.ended(self._fit, self._count)


Watch = Callable[[ModuleType, Call, Fits], Rounds | None]
"""Function that adds callbacks which report to a call; it returns None for one without an evaluation set."""


def report_rounds(
    watcher: ImportWatcher, package: str, watch: Watch, current: Callable[[], Fits | None]
) -> Undo:
    """Make the fits of a boosting library report to ``current()``, whenever the code imports it.

    Args:
        watcher: watcher for the import.
        package: name of the library.
        watch: adds the library's callbacks to a call.
        current: returns the running trial's fits, or None between trials.

    Returns:
        A function that restores the library.
    """
    undo: list[Undo] = []
    watcher.watch(package, lambda module: undo.extend(_hook(module, watch, current)))

    def unhook() -> None:
        while undo:
            undo.pop()()

    return unhook


def _hook(module: ModuleType, watch: Watch, current: Callable[[], Fits | None]) -> list[Undo]:
    """Hook a loaded library, in each of its modules; a second call has no effect."""
    undo: list[Undo] = []
    for name in FUNCTIONS:
        function = getattr(module, name, None)
        if callable(function) and not hasattr(function, _HOOKED):
            mine = _reporting(function, functools.partial(watch, module), current)
            undo += replace_everywhere(module.__name__, name, function, mine)
            undo += _replace_in_own_modules(function, mine)
    return undo


def _replace_in_own_modules(function: Any, mine: Any) -> list[Undo]:
    """Replace a function in modules of the user's that imported it earlier, by whatever name."""
    own = [module for name, module in [*sys.modules.items()] if name == "__main__" or is_own_module(module)]
    names = [(module, name) for module in own for name, value in vars(module).items() if value is function]
    return [replace(module, name, mine) for module, name in names]


def hooked(value: Any) -> Any:
    """Return what replaces a function that the user's code imported earlier; else the value."""
    if isinstance(value, FunctionType):
        mine: Any = getattr(sys.modules.get(value.__module__), value.__name__, None)
        if hasattr(mine, _HOOKED) and inspect.unwrap(mine, stop=lambda one: one is value) is value:
            return mine
    return value


def _reporting(
    original: Callable[..., Any],
    watch: Callable[[Call, Fits], Rounds | None],
    current: Callable[[], Fits | None],
) -> Any:
    parameters = inspect.signature(original).parameters

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        fits = current()
        if fits is None:
            return original(*args, **kwargs)
        fits.end_if_stopped()
        given = Call(parameters, args, kwargs)
        rounds = watch(given, fits)
        if rounds is None:
            return original(*args, **kwargs)
        result = original(*given.args, **given.kwargs)
        rounds.ended()
        return result

    setattr(call, _HOOKED, True)
    return call
