"""Reports of the code's own loops, by ``hypertemplate.report``."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from hypertemplate.runtime.model_arguments import shape
from hypertemplate.runtime.numbers import as_number
from hypertemplate.runtime.reports.fits import Fits

EXAMPLE = "report(step=3, loss=0.5)"

MOST_STEP = 2**53
"""Highest step, up to which each whole number is a float."""


class OwnReports:
    """Curves of one trial that its code reports itself.

    A curve begins with the first report. Steps grow; one that is not above the first step of a curve that
    has gone on begins another one, as the next fold of a cross-validation does.

    Args:
        fits: fits of the trial.
    """

    def __init__(self, fits: Fits) -> None:
        self._fits = fits
        self._fit: int | None = None
        self._first = self._last = -1
        self._names: set[str] = set()
        self._lock = threading.RLock()

    def report(self, step: object, metrics: Mapping[str, object]) -> None:
        """Report the metrics of a step; without a step, of the one after the last.

        Raises:
            TypeError: the step or a metric is not a number.
            ValueError: the step is not a whole number, or does not come after the last one; or there is no
                metric.
            TrialStopped: the trial was stopped at an earlier report.
        """
        numbers = _numbers(metrics)
        with self._lock:
            self._fits.end_if_stopped()
            number = self._last + 1 if step is None else _whole(step)
            fit = self._curve(number, {*numbers}) if numbers else None
            if fit is not None:
                self._fits.step(fit, number, numbers)

    def _curve(self, step: int, names: set[str]) -> int | None:
        """Return the number of the curve that a step belongs to; None if the trial is over."""
        again = step == self._last and not self._names & names
        if self._fit is not None and step <= self._last and not again:
            if step > self._first or self._first == self._last:
                which = "was reported before" if step == self._last else f"comes after step {self._last}"
                raise ValueError(
                    f"report(): step {step} {which}: steps must increase; leave step out to have them counted"
                )
            self._fit = None
        if self._fit is None:
            self._fit = self._fits.started(None, unit="step")
            self._first = step
        self._names = (self._names if again else set()) | names
        self._last = step
        return self._fit


def _numbers(metrics: Mapping[str, object]) -> dict[str, float]:
    """Return the metrics that have a value at this step."""
    if not metrics:
        raise ValueError(f"report() needs a metric, as in {EXAMPLE}")
    found = {}
    for name, value in metrics.items():
        if value is None:
            continue
        number = as_number(value)
        if number is None:
            raise TypeError(f"report(): {name} is {shape(value)}, not a number")
        found[name] = number
    return found


def _whole(step: object) -> int:
    number = as_number(step)
    if number is None:
        raise TypeError(f"report(): step is {shape(step)}, not a number, as in {EXAMPLE}")
    if not number.is_integer() or abs(number) > MOST_STEP:
        raise ValueError(f"report(): step must be a whole number, got {number}")
    return int(number)
