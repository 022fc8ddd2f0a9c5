"""Reports to the driver about the fits of one trial, and its answers."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypertemplate.runtime.kept_models.epoch_weights import EpochWeights
from hypertemplate.runtime.metrics.numbered_names import NO_NAMES, Names
from hypertemplate.runtime.numbers import finite_numbers, numbers_in
from hypertemplate.runtime.protocol import Epoch, FitEnded, FitStarted, Go, Stop

Ask = Callable[[FitStarted | Epoch | FitEnded], Go | Stop]
"""Function that sends a message to the driver and returns its answer."""


class TrialStopped(BaseException):
    """End of a trial that was stopped and begins another fit; not caught by ``except Exception``."""


class Fits:
    """The fits of one trial, in any threads.

    After `close`, and in a process forked from the worker, nothing is sent or recorded.

    Attributes:
        stopped: the driver's message that stopped the trial, or None.
        curve: metrics of each epoch of the fit that began last.
        diverged: metrics that this fit reported as NaN or infinite, which `curve` omits.
        names: names of its metrics.
        earlier: number of epochs that Keras counts before its first one.
        count: number of fits that have begun.
        model: model of this fit, or None.
        weights: copies of its weights after its best epochs, or None.
        fitting: number of fits that are running, one inside another.
        evaluated: numbers that ``evaluate`` returned after this fit.
        predicted: whether a model has predicted after this fit.
    """

    def __init__(self, ask: Ask, weights: EpochWeights | None = None) -> None:
        self.stopped: Stop | None = None
        self.curve: list[dict[str, float]] = []
        self.diverged: set[str] = set()
        self.names = NO_NAMES
        self.earlier = 0
        self.count = 0
        self.model: Any = None
        self.weights = weights
        self.fitting = 0
        self.evaluated: set[float] = set()
        self.predicted = False
        self._ask = ask
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._open = True

    def started(self, epochs: int | None, model: Any = None) -> int | None:
        """Report the start of a fit; return its number from 0, or None if the trial is over.

        Args:
            epochs: most epochs that it will run, or None if unknown.
            model: model that is fitted.
        """
        with self._lock:
            if not self._reports():
                return None
            self.end_if_stopped()
            fit = self.count
            self.count += 1
            self.curve, self.diverged, self.names = [], set(), NO_NAMES
            self.earlier = 0
            self.model = model
            self.evaluated, self.predicted = set(), False
            if self.weights is not None:
                self.weights.fit_started()
            self._exchange(FitStarted(fit, epochs))
            return fit

    def epoch(self, fit: int, epoch: int, logs: Mapping[Any, Any], names: Names | None = None) -> None:
        """Report the end of epoch number `epoch` (from 0) of a fit, with Keras's logs, under these names."""
        with self._lock:
            if self._reports():
                names = names or NO_NAMES
                logs = names.logs(logs)
                metrics = numbers_in(logs)
                if fit == self.count - 1:
                    self.earlier = self.earlier if self.curve else epoch
                    self.curve.append(finite_numbers(metrics))
                    self.names = names
                    self.diverged |= metrics.keys() - self.curve[-1].keys()
                self._exchange(Epoch(fit, epoch, metrics))

    def end_if_stopped(self) -> None:
        """End a trial that was stopped, before it begins another fit.

        Raises:
            TrialStopped: it was stopped.
        """
        if self.stopped is not None and self._reports():
            raise TrialStopped(self.stopped.reason)

    def ended(self, fit: int, epochs: int) -> None:
        """Report the end of a fit after `epochs` epochs."""
        with self._lock:
            if self._reports():
                self._exchange(FitEnded(fit, epochs))

    @contextlib.contextmanager
    def fit(self) -> Iterator[None]:
        """Run a fit in this context: evaluations inside it are part of it."""
        self.fitting += 1
        try:
            yield
        finally:
            self.fitting -= 1

    def copy_weights(self, fit: int, model: Any, logs: Mapping[Any, Any], names: Names) -> None:
        """Copy the weights after an epoch, which is about to be reported, if it is the best so far."""
        with self._lock:
            if self.weights is not None and self._reports() and fit == self.count - 1:
                metrics = finite_numbers(names.logs(logs))
                self.weights.epoch_ended(model, len(self.curve), metrics, names)

    def note_weights(self, fit: int, model: Any) -> None:
        """Take note of the weights that a fit leaves."""
        with self._lock:
            if self.weights is not None and self._reports() and fit == self.count - 1:
                self.weights.fit_ended(model)

    def close(self) -> None:
        """Stop reporting: the trial is over. An exchange in another thread finishes first."""
        with self._lock:
            self._open = False

    def _reports(self) -> bool:
        return self._open and os.getpid() == self._process

    def _exchange(self, message: FitStarted | Epoch | FitEnded) -> None:
        answer = self._ask(message)
        if isinstance(answer, Stop) and self.stopped is None:
            self.stopped = answer
