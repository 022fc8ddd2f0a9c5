"""Successive halving as trials arrive (ASHA), of the stopping type."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from hypertemplate.search.pruners.curve_pruner import Arrival, CurvePruner, ranks_text
from hypertemplate.search.pruners.rungs import passes, rungs
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.samplers.enqueued import Point


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

    def rungs(self, number: int, whole: int) -> tuple[int, ...]:
        """Return the rungs of a fit."""
        return rungs(whole, self._first)

    def verdict(self, arrival: Arrival) -> str | None:
        """Compare a trial at a rung with those that have been there, unless it ends there anyway."""
        if arrival.ends:
            return None
        for rung in self.rungs(arrival.number, arrival.length):
            if arrival.curve.arrives(rung):
                return self._rank(arrival, rung)
        return None

    def _rank(self, arrival: Arrival, rung: int) -> str | None:
        own = arrival.curve.standing
        ended = self.ended_at(rung)
        came = (other.arrived(rung) for other in self.running_others(arrival.number))
        running = [curve.standing for curve in came if curve is not None]
        better = bisect_left(ended, own) + sum(other < own for other in running)
        arrived = len(ended) + len(running) + 1
        return None if passes(better, arrived) else f"{arrival.best_text} {ranks_text(1 + better, arrived)}"
