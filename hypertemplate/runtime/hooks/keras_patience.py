"""Keras's own `EarlyStopping` in fits that have none (``--early-stopping``); nothing here imports Keras."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from hypertemplate.origin import DEFAULT
from hypertemplate.runtime.metrics.numbered_names import names_of, outputs_of
from hypertemplate.runtime.objective import Fitted, Wanted
from hypertemplate.runtime.reports.fits import Fits

UNMONITORED = (
    "early stopping has no effect on a fit that reports no metric to go by: "
    "give fit() validation_data=(x, y) or validation_split=0.2"
)

UNUSED = (
    "--early-stopping has no effect: it ends fits of Keras, and there was none; "
    "XGBoost and LightGBM stop early by themselves, with early_stopping_rounds"
)


def unused(fits: Fits) -> tuple[str, ...]:
    """Return a note on a trial whose fits, which have ended, early stopping was not for."""
    return (UNUSED,) if fits.patience is not None and not fits.of_keras else ()


def early_stopping(module: ModuleType, fits: Fits, given: Any) -> list[Any]:
    """Return the callback that stops a fit early, unless the search asks for none or the code has its own.

    Args:
        module: loaded Keras.
        fits: fits of the trial.
        given: callbacks of the fit: one, several, or None.
    """
    several = getattr(given, "callbacks", given)
    own = several if isinstance(several, (list, tuple)) else [several]
    if fits.patience is None or any(isinstance(one, module.callbacks.EarlyStopping) for one in own):
        return []
    return [_patience_class(module.callbacks.Callback)(module.callbacks.EarlyStopping, fits)]


@functools.cache
def _patience_class(base: type) -> Any:
    """Return the callback as a subclass of this Keras's `Callback`.

    Which metric it goes by shows when the first one is logged. Epochs without it, as under
    ``validation_freq``, do not count.
    """

    class Patience(base):  # type: ignore[misc]
        def __init__(self, kind: type, fits: Fits) -> None:
            super().__init__()
            self._kind = kind
            self._fits = fits
            self._stopping: Any = None

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if self._stopping is None:
                for monitor, maximize in _monitors(self.model, logs or {}, self._fits.monitors):
                    self._stopping = self._kind(
                        monitor=monitor,
                        mode="max" if maximize else "min",
                        patience=self._fits.patience,
                        restore_best_weights=True,
                    )
                    self._stopping.set_params(self.params)
                    self._stopping.set_model(self.model)
                    self._stopping.on_train_begin()
                    break
            if self._stopping is not None and self._stopping.monitor in (logs or {}):
                self._stopping.on_epoch_end(epoch, logs)

        def on_train_end(self, logs: Any = None) -> None:
            if self._stopping is None:
                self._fits.notes.append(UNMONITORED)
            else:
                self._stopping.on_train_end(logs)

    return Patience


def _monitors(model: Any, logs: Mapping[str, Any], wanted: Iterable[Wanted]) -> Iterator[tuple[str, bool]]:
    """Yield the metrics that a fit may be stopped by, under Keras's names, with whether more is better."""
    names = names_of(getattr(model, "metrics", ()), logs, outputs_of(model))
    logged = {used: key for key in logs for used in names.logs({key: None})}
    for one in (*wanted, Wanted(DEFAULT)):
        key = None if one.name is None else logged.get(one.name)
        if key is not None and one.name is not None:
            more = one.better_when_more(one.name, Fitted(names=names))
            if more is not None:
                yield key, more
