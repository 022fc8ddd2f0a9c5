"""One fit of a trial: what it has reported, and which of its reports the driver hears."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping
from time import monotonic  # a trial may replace it in its module
from typing import Any

from hypertemplate.kept_reports import SoFar, is_due, leaves_out
from hypertemplate.origin import Unit
from hypertemplate.runtime.metrics.numbered_names import NO_NAMES, Names
from hypertemplate.runtime.protocol import Epoch, Go


class ReportedFit:
    """One fit of a trial.

    Args:
        number: number of the fit, from 0.
        epochs: most epochs that it will run; None if unknown.
        model: model that is fitted, or None.
        unit: unit that its reports are counted in.

    Attributes:
        number: as given.
        model: as given.
        unit: as given.
        curve: finite metrics of each report.
        numbers: number of each report, as people count its epochs, rounds or steps.
        diverged: metrics that it reported as NaN or infinite, which `curve` omits.
        names: names of its metrics.
        wanted: the driver's last answer, which names reports that it needs.
    """

    def __init__(
        self, number: int = 0, epochs: int | None = None, model: Any = None, unit: Unit = "epoch"
    ) -> None:
        self.number = number
        self.model = model
        self.unit = unit
        self.curve: list[dict[str, float]] = []
        self.numbers = array("q")
        self.diverged: set[str] = set()
        self.names = NO_NAMES
        self.wanted = Go()
        self._epochs = epochs
        self._leaves_out = leaves_out(epochs)
        self._so_far: dict[str, SoFar] = {}
        self._times = array("d")
        self._sent: set[int] = set()
        self._steps: dict[str, int] = {}
        self._metrics: dict[str, float] = {}

    @property
    def earlier(self) -> int:
        """Number of epochs that the framework counts before the first one."""
        return self.numbers[0] - 1 if self.numbers and self.unit != "step" else 0

    @property
    def metrics(self) -> dict[str, float]:
        """Finite metrics of the last report; none before the first."""
        return dict(self.curve[-1]) if self.curve else {}

    def add(self, epoch: int, metrics: Mapping[str, float], names: Names = NO_NAMES) -> Epoch | None:
        """Record a report; return the message of it, or None if it is left out.

        Args:
            epoch: number that the framework gives the epoch, from 0, or the user's own number of a step.
            metrics: numbers of the report.
            names: names of its metrics.
        """
        step = len(self.curve)
        finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
        lost = metrics.keys() - finite.keys()
        diverges = not lost <= self.diverged
        self.curve.append(finite)
        self.numbers.append(epoch if self.unit == "step" else epoch + 1)
        self.names = names
        self.diverged |= lost
        if not self._leaves_out:
            return Epoch(self.number, epoch, dict(metrics))
        self._times.append(monotonic())
        needed = diverges or not metrics.keys() <= self._so_far.keys() or self._is_wanted(step, metrics)
        so_far = {name: self._so_far.get(name, SoFar()).and_then(value) for name, value in metrics.items()}
        self._so_far |= so_far
        self._steps |= dict.fromkeys(metrics, step)
        self._metrics = dict(metrics)
        if needed or is_due(step, so_far, self._so_far, self._epochs):
            return self.left_out(step, needed=needed)
        return None

    def _is_wanted(self, step: int, metrics: Mapping[str, float]) -> bool:
        """Tell whether the driver needs this report: it is the first one at a step, or after it."""
        name = self.wanted.metric
        if name and name not in metrics:
            return False
        before = self._steps.get(name, -1) if name else step - 1
        return any(before + 1 < wanted <= step + 1 for wanted in self.wanted.steps)

    def rest(self) -> Iterator[Epoch]:
        """Yield the messages of the last report of each metric, and of all, where they were left out."""
        for step in sorted({*self._steps.values(), len(self.curve) - 1}):
            if (message := self.left_out(step)) is not None:
                yield message

    def left_out(self, step: int, *, needed: bool = True) -> Epoch | None:
        """Return the message of a report, from now on as sent; None if it has been sent before."""
        if not self._leaves_out or step in self._sent or not 0 <= step < len(self.curve):
            return None
        self._sent.add(step)
        metrics = self._metrics if step == len(self.curve) - 1 else self.curve[step]
        epoch, ago_s = self.numbers[step] - (self.unit != "step"), monotonic() - self._times[step]
        so_far = {name: self._so_far[name] for name in metrics if self._steps[name] == step}
        return Epoch(self.number, epoch, metrics, step, so_far, needed, ago_s)
