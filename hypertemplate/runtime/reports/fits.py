"""Reports to the driver about the fits of one trial, and its answers."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from os import getpid  # a trial may replace it in its module
from typing import Any

from hypertemplate.origin import Unit
from hypertemplate.runtime.kept_models.epoch_weights import EpochWeights, Moment
from hypertemplate.runtime.metrics.numbered_names import NO_NAMES, Names
from hypertemplate.runtime.numbers import finite_numbers, numbers_in
from hypertemplate.runtime.objective import Wanted
from hypertemplate.runtime.protocol import FitEnded, FitMessage, FitStarted, Go, Stop
from hypertemplate.runtime.reports.reported_fit import ReportedFit

Ask = Callable[[FitMessage], Go | Stop]
"""Function that sends a message to the driver and returns its answer, or `Go` if it does not wait."""


class TrialStopped(BaseException):
    """End of a trial that was stopped and begins another fit; not caught by ``except Exception``."""


class Fits:
    """The fits of one trial, in any threads.

    After `close`, and in a process forked from the worker, nothing is sent or recorded. Of a long fit about a
    hundred reports are sent, evenly spread, with those that the driver needs and the last one.

    Attributes:
        stopped: the driver's message that stopped the trial, or None.
        last: fit that counts: the one that began last, or whose reports the code itself made last.
        count: number of fits that have begun.
        of_keras: number of those that are Keras's.
        reported: names of the metrics that each fit has reported, by its number.
        weights: copies of the weights of a fit of Keras after its best epochs, or None.
        fitting: number of fits that are running, one inside another.
        evaluated: numbers that ``evaluate`` returned after this fit.
        predicted: whether a model has predicted after this fit.
        patience: epochs without a better value after which Keras's fits end early; None for no such end.
        monitors: metrics that they go by, the first one that is reported.
        notes: notes for the user.
    """

    def __init__(
        self,
        ask: Ask,
        weights: EpochWeights | None = None,
        patience: int | None = None,
        monitors: tuple[Wanted, ...] = (),
    ) -> None:
        self.stopped: Stop | None = None
        self.last = ReportedFit()
        self.count = 0
        self.of_keras = 0
        self.reported: dict[int, set[str]] = {}
        self.weights = weights
        self.fitting = 0
        self.evaluated: set[float] = set()
        self.predicted = False
        self.patience = patience
        self.monitors = monitors
        self.notes: list[str] = []
        self._ask = ask
        self._lock = threading.Lock()
        self._process = getpid()
        self._open = True
        self._interrupted = False
        self._running: dict[int, ReportedFit] = {}

    def started(
        self, epochs: int | None, model: Any = None, unit: Unit = "epoch", *, exchanged: bool = True
    ) -> int | None:
        """Report the start of a fit; return its number from 0, or None if the trial is over.

        Args:
            epochs: most epochs that it will run, or None if unknown.
            model: model that is fitted.
            unit: unit that its reports are counted in; the steps of ``report`` have the user's own numbers.
            exchanged: whether something may exchange the model's weights at the end of an epoch.
        """
        with self._lock:
            if not self._reports():
                return None
            self.end_if_stopped()
            self.last = fit = ReportedFit(self.count, epochs, model, unit)
            self.count += 1
            self.of_keras += unit == "epoch"
            self._running[fit.number] = fit
            self.evaluated, self.predicted = set(), False
            if self.weights is not None:
                self.weights.fit_started(exchanged=exchanged)
            self._exchange(fit, FitStarted(fit.number, epochs, unit))
            return fit.number

    def epoch(self, fit: int, epoch: int, logs: Mapping[Any, Any], names: Names | None = None) -> None:
        """Report the end of epoch number `epoch` (from 0) of a fit, with Keras's logs, under these names."""
        with self._lock:
            if self._reports():
                names = names or NO_NAMES
                self._add(self._running[fit], epoch, numbers_in(names.logs(logs)), names)

    def step(self, fit: int, step: int, metrics: Mapping[str, float]) -> None:
        """Report a step of the code's own loop, whose fit then counts.

        Raises:
            TrialStopped: the trial was stopped at an earlier report.
        """
        with self._lock:
            if self._reports():
                self.end_if_stopped()
                self.last = self._running[fit]
                self._add(self.last, step, metrics)

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
                running = self._running.pop(fit)
                self._send_rest(running)
                self._exchange(running, FitEnded(fit, epochs))

    def send(self, steps: Iterable[int]) -> None:
        """Send reports of the fit that counts, by their steps from 0, if they were left out."""
        with self._lock:
            if self._reports() and not self._interrupted:
                for step in steps:
                    self._exchange(self.last, self.last.left_out(step))

    @contextlib.contextmanager
    def fit(self) -> Iterator[None]:
        """Run a fit in this context: evaluations inside it are part of it."""
        self.fitting += 1
        try:
            yield
        finally:
            self.fitting -= 1

    def copy_weights(
        self, fit: int, model: Any, logs: Mapping[Any, Any], names: Names, moment: Moment
    ) -> None:
        """Copy the weights at a moment of the epoch to be reported next, if it is the best so far."""
        with self._lock:
            if self.weights is not None and self._reports() and fit == self.last.number:
                metrics = finite_numbers(names.logs(logs))
                self.weights.epoch_ended(model, len(self.last.curve), metrics, names, moment)

    def note_evaluation(self, model: Any) -> None:
        """Take note that a model is evaluated, or predicts, during its fit."""
        with self._lock:
            if self.weights is not None and model is self.last.model:
                self.weights.evaluated(model)

    def note_weights(self, fit: int, model: Any) -> None:
        """Take note of the weights that a fit leaves."""
        with self._lock:
            if self.weights is not None and self._reports() and fit == self.last.number:
                self.weights.fit_ended(model)

    def close(self) -> None:
        """Stop reporting: the trial is over. An exchange in another thread finishes first."""
        with self._lock:
            if self._reports() and not self._interrupted:
                for running in self._running.values():  # fits that raised, and loops, which have no end
                    self._send_rest(running)
            self._open = False

    def _reports(self) -> bool:
        return self._open and getpid() == self._process

    def _add(
        self, fit: ReportedFit, number: int, metrics: Mapping[str, float], names: Names = NO_NAMES
    ) -> None:
        self.reported.setdefault(fit.number, set()).update(metrics)
        self._exchange(fit, fit.add(number, metrics, names))

    def _send_rest(self, fit: ReportedFit) -> None:
        for message in fit.rest():
            self._exchange(fit, message)

    def _exchange(self, fit: ReportedFit, message: FitMessage | None) -> None:
        """Send a message, if there is one, and take note of the answer."""
        if message is None:
            return
        try:
            answer = self._ask(message)
        except BaseException:
            self._interrupted = True  # an answer to come would be that to this message
            raise
        if isinstance(answer, Go):
            fit.wanted = answer
        elif self.stopped is None:
            self.stopped = answer
