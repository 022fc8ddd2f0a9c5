"""Protocol of pruners, which stop a trial that is not worth finishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.study import Curve, Study, Trial


class Pruner(Protocol):
    """Follower of every trial of a search, which stops those that are not worth finishing.

    These calls are its only source: the trials of earlier runs with their stored curves, each epoch of this
    run in order, and the end of each trial.
    """

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        """Take note of the study before its first trial starts.

        Args:
            study: has the objective, its direction, and the trials that ended in earlier
                runs, each with the curves of its fits.
            interrupted: trials that an earlier run left, with the curves that they had when one of its
                trials was stopped last; they start again.
        """

    def trial_started(self, trial: Trial) -> None:
        """Take note that a trial starts.

        A trial that was interrupted with an earlier run starts again with its values: its earlier reports do
        not count.
        """

    def epoch_ended(self, number: int, curve: Curve) -> Go | Stop:
        """Decide whether trial `number` continues after the last report of the curve of one of its fits.

        A `Stop` gives the reason, in a few words for people.
        """

    def estimate(self, trial: Trial) -> float | None:
        """Estimate the loss that a stopped trial would have had at its end; None where nothing tells."""

    def trial_ended(self, trial: Trial) -> None:
        """Take note of the end of a trial, which completed, was stopped, failed, or died with its worker."""


class NoPruner:
    """`Pruner` that lets every trial run to its end."""

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        """Ignore it."""

    def trial_started(self, trial: Trial) -> None:
        """Ignore it."""

    def epoch_ended(self, number: int, curve: Curve) -> Go:
        """Let the trial continue."""
        return Go()

    def estimate(self, trial: Trial) -> float | None:
        """Return the last loss that it reported."""
        return trial.loss

    def trial_ended(self, trial: Trial) -> None:
        """Ignore it."""
