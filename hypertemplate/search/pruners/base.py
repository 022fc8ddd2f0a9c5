"""Protocol of pruners, which stop a trial that is not worth finishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.study import Study, Trial


@dataclass(frozen=True, slots=True)
class EpochReport:
    """Epoch that has just ended in a running trial.

    Attributes:
        number: number of the trial, from 0.
        step: number of epochs of the trial that ended before this one, over all its fits.
        fit: number of the fit in the trial, from 0.
        epoch: number of the epoch in the fit, from 0.
        epochs: maximum number of epochs in the fit; None if unknown.
        metrics: values by name, all that the framework reports.
    """

    number: int
    step: int
    fit: int
    epoch: int
    epochs: int | None
    metrics: Mapping[str, float]


class Pruner(Protocol):
    """Follower of every trial of a search, which stops those that are not worth finishing.

    These calls are its only source: the trials of earlier runs with their stored curves, each epoch of this
    run in order, and the end of each trial.
    """

    def begin(self, study: Study) -> None:
        """Take note of the study before its first trial starts.

        Args:
            study: has the objective, its direction, and the trials that ended in earlier
                runs, each with the curve of its last fit.
        """

    def trial_started(self, trial: Trial) -> None:
        """Take note that a trial starts.

        A trial that was interrupted with an earlier run starts again with its values: its earlier reports do
        not count.
        """

    def epoch_ended(self, report: EpochReport) -> Go | Stop:
        """Decide whether a trial continues; a `Stop` gives the reason, in a few words for people."""

    def trial_ended(self, trial: Trial) -> None:
        """Take note of the end of a trial, which completed, was stopped, failed, or died with its worker."""


class NoPruner:
    """`Pruner` that lets every trial run to its end."""

    def begin(self, study: Study) -> None:
        """Ignore it."""

    def trial_started(self, trial: Trial) -> None:
        """Ignore it."""

    def epoch_ended(self, report: EpochReport) -> Go:
        """Let the trial continue."""
        return Go()

    def trial_ended(self, trial: Trial) -> None:
        """Ignore it."""
