"""Successive halving as trials arrive (ASHA), of the stopping type."""

from __future__ import annotations

from collections.abc import Callable

from hypertemplate.search.pruners.curve_pruner import Arrival, CurvePruner
from hypertemplate.search.pruners.rungs import Standing, passes, rungs, standing
from hypertemplate.search.pruners.watched_metric import Watched, Wish
from hypertemplate.search.samplers.enqueued import Point
from hypertemplate.search.study import Trial, TrialState


class SuccessiveHalving(CurvePruner):
    """`Pruner` that stops a trial which is not among the best third at a rung; see `rungs`.

    Args:
        wish: metric and fit that the user asked for.
        points: points that the user gave; their trials are never stopped.
        note: is given notes for the user.
        first: number of epochs at the lowest rung; by default a ninth of those of a whole fit.
    """

    def __init__(
        self,
        wish: Wish,
        points: tuple[Point, ...],
        note: Callable[[str], None],
        first: int | None = None,
    ) -> None:
        super().__init__(wish, points, note)
        self._first = first

    def verdict(self, arrival: Arrival) -> str | None:
        """Compare a trial at a rung with those that have been there."""
        if arrival.step not in rungs(arrival.length, self._first):
            return None
        own = standing(arrival.losses, arrival.ties, arrival.step)
        found = (_arrived(trial, arrival.watched, arrival.step) for trial in self.others(arrival.number))
        others = [one for one in found if one is not None]
        if passes(own, others):
            return None
        rank = 1 + sum(other < own for other in others)
        name, place = arrival.watched.name, f"epoch {arrival.step} of {arrival.length}"
        return f"{name} {abs(own[0]):.5g} at {place} is {rank} of {len(others) + 1}"


def _arrived(trial: Trial, watched: Watched, step: int) -> Standing | None:
    """Return what a trial had reached at a rung; None if it was not there.

    A fit that ended by itself before the rung counts there with its best.
    """
    losses = watched.losses(trial.curves)
    if not losses or (len(losses) < step and trial.state is not TrialState.COMPLETE):
        return None
    return standing(losses, watched.ties(trial.curves), step)
