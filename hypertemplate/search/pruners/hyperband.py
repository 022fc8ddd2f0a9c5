"""Several brackets of successive halving: the rule of Optuna's ``HyperbandPruner``.

With ``min_resource=1``, ``reduction_factor=3`` and the length of a whole fit as ``max_resource``. As there,
steps count from 0, a trial is compared by its value at a rung and not by its best so far, and its bracket
follows from the name of the study and its number.
"""

from __future__ import annotations

import binascii
import math

from hypertemplate.search.pruners.curve_pruner import Arrival, CurvePruner, ranks_text
from hypertemplate.search.pruners.rungs import FACTOR, rungs


class Hyperband(CurvePruner):
    """`Pruner` that stops a trial which is not among the best third of its bracket at a rung."""

    def rungs(self, number: int, whole: int) -> tuple[int, ...]:
        """Return the rungs of the trial's bracket."""
        first = FACTOR ** bracket_of(number, self.study.name, whole)
        return tuple(rung + 1 for rung in rungs(whole, first))

    def verdict(self, arrival: Arrival) -> str | None:
        """Compare a trial's value at a rung with those of its bracket that have been there."""
        bracket = bracket_of(arrival.number, self.study.name, arrival.length)
        rung = FACTOR**bracket + 1
        while rung <= arrival.curve.step:
            if arrival.curve.arrives(rung):
                values = self._values(arrival, bracket, rung)
                place = max(len(values) // FACTOR, 1)
                own = arrival.curve.losses[-1]
                if own > sorted(values)[place - 1]:
                    rank = 1 + sum(value < own for value in values)
                    where = f"in bracket {bracket + 1}, {arrival.last_text}"
                    return f"{where} {ranks_text(rank, len(values))}"
            rung = (rung - 1) * FACTOR + 1
        return None

    def _values(self, arrival: Arrival, bracket: int, rung: int) -> list[float]:
        """Return the values of the trials of a bracket that have been at a rung, this one included."""
        values = [arrival.curve.losses[-1]]
        for other in self.others(arrival.number):
            if bracket_of(other.trial.number, self.study.name, arrival.length) == bracket:
                loss = other.curve.loss_at(rung)
                values += [] if loss is None or not math.isfinite(loss) else [loss]
        return values


def bracket_of(number: int, name: str, length: int) -> int:
    """Return the bracket of a trial, from 0, whose first rung is at step ``3 ** bracket``, counted from 0.

    Args:
        number: number of the trial.
        name: name of the study.
        length: number of steps of a whole fit.
    """
    count = math.floor(math.log(length, FACTOR)) + 1  # as there, with its rounding: 243 has five brackets
    shares = [math.ceil(count * FACTOR**further / (further + 1)) for further in range(count - 1, -1, -1)]
    left = binascii.crc32(f"{name}_{number}".encode()) % sum(shares)
    for bracket, share in enumerate(shares):
        left -= share
        if left < 0:
            return bracket
    raise AssertionError("the shares add up")
