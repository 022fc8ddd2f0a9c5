"""Who decides that a trial is not worth finishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.study import Study, Trial


@dataclass(frozen=True, slots=True)
class EpochReport:
    """An epoch that has just ended in a running trial.

    Attributes:
        number: the trial's, from 0.
        step: how many epochs of the trial ended before this one, over all its fits.
        fit: which of the trial's fits this is, from 0.
        epoch: which epoch of the fit, from 0.
        epochs: how many epochs the fit has at most; None if unknown.
        metrics: name to number, all that the framework reports.
    """

    number: int
    step: int
    fit: int
    epoch: int
    epochs: int | None
    metrics: Mapping[str, float]


class Pruner(Protocol):
    """Follows every trial of a search, and stops those that are not worth finishing.

    What it is told is all there is: the trials of earlier runs with the curves that the storage has, each
    epoch of this run in order, and how each trial ends.
    """

    def begin(self, study: Study) -> None:
        """Hear of the study before its first trial starts.

        Args:
            study: says what is searched by, and in which direction; has the trials that ended in earlier
                runs, each with the curve of its last fit.
        """

    def trial_started(self, trial: Trial) -> None:
        """Hear that a trial starts.

        One that was broken off with an earlier run starts again with its values: nothing that it reported
        then counts.
        """

    def epoch_ended(self, report: EpochReport) -> Go | Stop:
        """Decide whether a trial continues; a `Stop` says why, in a few words for people."""

    def trial_ended(self, trial: Trial) -> None:
        """Hear how a trial ended, whether it completed, was stopped, failed, or died with its worker."""


class NoPruner:
    """A `Pruner` that lets every trial run to its end."""

    def begin(self, study: Study) -> None:
        """Ignore it."""

    def trial_started(self, trial: Trial) -> None:
        """Ignore it."""

    def epoch_ended(self, report: EpochReport) -> Go:
        """Let the trial continue."""
        return Go()

    def trial_ended(self, trial: Trial) -> None:
        """Ignore it."""
