"""Protocol of pruners, which stop a trial that is not worth finishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Protocol, get_args

from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.study import Curve, Study, Trial

Method = Literal["asha", "fast", "median", "hyperband", "none"]
"""Rules by which trials are stopped early; ``fast`` is ``asha`` from the first epoch on."""

METHODS: tuple[Method, ...] = get_args(Method)


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

        A `Stop` gives the reason, in a few words for people. An answer is given once: where a trial that was
        interrupted runs again, its reports are answered as before as far as it had come.
        """

    def needed(self, number: int, curve: Curve) -> Go:
        """Return the answer that names the reports of a long fit which a decision will need.

        About every hundredth report of such a fit is heard besides.
        """

    def settled(self, trial: Trial) -> Trial:
        """Return a stopped trial with its value, if it returned none, and an estimate of its final loss."""

    def trial_ended(self, trial: Trial, study: Study) -> None:
        """Take note of the end of a trial, which completed, was stopped, failed, or died with its worker.

        Args:
            trial: trial that has ended.
            study: study so far; the first trial may have told its direction.
        """


class NoPruner:
    """`Pruner` that lets every trial run to its end."""

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        """Ignore it."""

    def trial_started(self, trial: Trial) -> None:
        """Ignore it."""

    def epoch_ended(self, number: int, curve: Curve) -> Go:
        """Let the trial continue."""
        return Go()

    def needed(self, number: int, curve: Curve) -> Go:
        """Need none."""
        return Go()

    def settled(self, trial: Trial) -> Trial:
        """Return the trial with the loss that it has as the estimate."""
        return replace(trial, estimate=trial.loss)

    def trial_ended(self, trial: Trial, study: Study) -> None:
        """Ignore it."""
