"""Loss that a model expects at the best point, whose own loss is partly luck where losses are noisy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Expectation:
    """Loss that the model expects at the point of the lowest one.

    Attributes:
        seen: lowest loss.
        mean: mean of the loss without its noise.
        deviation: standard deviation of that.
    """

    seen: float
    mean: float
    deviation: float

    def text(self, score: Callable[[float], float], name: str) -> str:
        """Say that further runs at the point would average this: ``... would average 0.974 +- 0.003``.

        Args:
            score: returns the user's number for a loss.
            name: name of this number.
        """
        seen, mean = score(self.seen), score(self.mean)
        width = f"{self.deviation:.1g}"
        decimals = -math.floor(math.log10(float(width))) if float(width) > 0 else MOST_DECIMALS + 1
        expected = f"{mean:.{decimals}f}" if 0 <= decimals <= MOST_DECIMALS else f"{mean:.6g}"
        average = f"more runs with its values would average {expected} +- {float(width):g}"
        return f"best {name} seen: {seen:.6g}; by the model of bayes, {average}"
