"""Hook on `Model.fit` that reports every epoch to the driver; nothing here imports Keras."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.evaluations import note_evaluations
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.keras_patience import early_stopping
from hypertemplate.runtime.kept_models.epoch_weights import Moment
from hypertemplate.runtime.metrics.numbered_names import Names, names_of, note_names, outputs_of
from hypertemplate.runtime.reports.fits import Fits

PACKAGES = ("keras", "tf_keras")
"""``tensorflow.keras`` is one of these under another name, and imports it."""

_HOOKED = "_hypertemplate_reports"


def report_fits(watcher: ImportWatcher, current: Callable[[], Fits | None]) -> Callable[[], None]:
    """Make every `Model.fit` report to ``current()``, whenever the code imports Keras.

    Args:
        watcher: watcher for the import.
        current: returns the running trial's fits, or None between trials.

    Returns:
        A function that restores `fit` in each hooked Keras.
    """
    undo: list[Callable[[], None]] = []
    for name in PACKAGES:
        watcher.watch(name, lambda module: undo.append(hook(module, current)))

    def unhook() -> None:
        for give_back in undo:
            give_back()

    return unhook


def hook(module: ModuleType, current: Callable[[], Fits | None]) -> Callable[[], None]:
    """Hook the `Model.fit` of one loaded Keras; a second call has no effect.

    Returns:
        A function that restores `fit`, unless something else has replaced it since.
    """
    model_class = getattr(module, "Model", None)
    if model_class is None or hasattr(model_class.fit, _HOOKED):
        return lambda: None
    original = model_class.fit
    signature = inspect.signature(original)

    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        fits = current()
        if fits is None:
            return original(self, *args, **kwargs)
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:
            return original(self, *args, **kwargs)  # whose error has the name of the function
        given = bound.arguments.get("callbacks")
        exchanged = bool(given) or not _evaluates_as(self, model_class)
        reporter = _reporter_class(module.callbacks.Callback)(fits, exchanged)
        first = [] if fits.weights is None else [_copier_class(module.callbacks.Callback)(reporter)]
        last = [*early_stopping(module, fits, given), reporter]
        if not isinstance(given, module.callbacks.CallbackList):
            bound.arguments["callbacks"] = _with(given, first, last)
            with fits.fit():
                return original(*bound.args, **bound.kwargs)
        # An existing CallbackList no longer gives its callbacks the model; it may serve a later fit.
        for one in (*first, *last):
            one.set_model(self)
            one.set_params(given.params)
        given.callbacks[:] = [*first, *given.callbacks, *last]
        try:
            with fits.fit():
                return original(*bound.args, **bound.kwargs)
        finally:
            for one in (*first, *last):
                given.callbacks.remove(one)

    setattr(fit, _HOOKED, True)
    model_class.fit = fit
    note_names_no_more = note_names(module)
    note_evaluations_no_more = note_evaluations(model_class, current)

    def unhook() -> None:
        note_names_no_more()
        note_evaluations_no_more()
        if model_class.fit is fit:
            model_class.fit = original

    return unhook


def _evaluates_as(model: Any, model_class: Any) -> bool:
    """Return True if Keras's own method evaluates a model, so that only callbacks exchange its weights."""
    method = getattr(model_class, "evaluate", None)
    return getattr(getattr(model, "evaluate", None), "__func__", None) is method


def _with(given: Any, first: list[Any], last: list[Any]) -> list[Any]:
    """Lay ours around the given callbacks.

    What copies weights comes before one that exchanges them or restores earlier ones; the reporter sees what
    the others logged.
    """
    if given is None:
        return [*first, *last]
    if isinstance(given, (list, tuple)):
        return [*first, *given, *last]
    return [*first, given, *last]


@functools.cache
def _copier_class(base: type) -> Callable[[Any], Any]:
    """Return the callback that has weights copied as a subclass of this Keras's `Callback`."""

    class Copier(base):  # type: ignore[misc]
        def __init__(self, reporter: Any) -> None:
            super().__init__()
            self._reporter = reporter

        def on_test_end(self, logs: Any = None) -> None:
            # Of the epoch's validation, before a callback puts back the weights that it exchanged.
            validated = {f"val_{name}": value for name, value in (logs or {}).items()}
            self._reporter.copy_weights(self.model, validated, "validated")

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self._reporter.copy_weights(self.model, logs or {}, "trained")

    return Copier


@functools.cache
def _reporter_class(base: type) -> Callable[[Fits, bool], Any]:
    """Return the reporter as a subclass of this Keras's `Callback`."""

    class Reporter(base):  # type: ignore[misc]
        def __init__(self, fits: Fits, exchanged: bool) -> None:
            super().__init__()
            self._fits = fits
            self._exchanged = exchanged
            self._fit: int | None = None
            self._epochs = 0
            self._names: dict[tuple[Any, ...], Names] = {}
            self._heard: set[Any] = set()

        def on_train_begin(self, logs: Any = None) -> None:
            epochs = (self.params or {}).get("epochs")
            known = epochs if isinstance(epochs, int) else None
            self._fit = self._fits.started(known, self.model, exchanged=self._exchanged)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if self._fit is not None:
                self._epochs += 1
                if self._fits.weights is not None:
                    # A callback of the user's may have added a metric that is the best so far.
                    self.copy_weights(self.model, logs or {}, "added")
                    self._heard.clear()
                self._fits.epoch(self._fit, int(epoch), logs or {}, self._names_of(tuple(logs or ())))
                if self._fits.stopped is not None:
                    self.model.stop_training = True

        def copy_weights(self, model: Any, logs: Any, moment: Moment) -> None:
            new = {name: value for name, value in logs.items() if name not in self._heard}
            if self._fit is not None and new:
                self._heard |= set(new)
                self._fits.copy_weights(self._fit, model, new, self._names_of(tuple(new)), moment)

        def on_train_end(self, logs: Any = None) -> None:
            if self._fit is not None:
                self._fits.note_weights(self._fit, self.model)
                self._fits.ended(self._fit, self._epochs)

        def _names_of(self, logged: tuple[Any, ...]) -> Names:
            if logged not in self._names:
                metrics = getattr(self.model, "metrics", ())
                self._names[logged] = names_of(metrics, logged, outputs_of(self.model))
            return self._names[logged]

    return Reporter
