"""Ticks of axes: round numbers between two ends, on linear and logarithmic scales."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypertemplate.views.curves.scales import Scale

FEWEST_DECADES = 2
"""Ticks at powers of ten below which a logarithmic axis has others between them."""

MOST_WRITTEN = 1e5
"""Whole number from which on one has a power of ten."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Tick of an axis: a place on it, and what is written there."""

    value: float
    text: str


def ticks(scale: Scale, most: int = 6, *, is_whole: bool = False) -> tuple[Tick, ...]:
    """Return about `most` ticks at round numbers; of an axis with one value, that one."""
    if not scale.high > scale.low:
        return (Tick(scale.low, tick_text(scale.low)),)
    values = _powers(scale, most) if scale.is_log else []
    if len(values) < 2:
        values = _steps(scale, most, is_whole)
    if len(values) < 2:
        values = [scale.low, scale.high]
    return tuple(Tick(value, tick_text(value)) for value in values)


def tick_text(value: float) -> str:
    """Write a number briefly: ``0.001``, ``1e-5``, ``2e6``.

    >>> tick_text(1e-05), tick_text(0.001), tick_text(2e6), tick_text(-0.0)
    ('1e-5', '0.001', '2e6', '0')
    """
    value += 0.0  # no -0
    if float(value).is_integer():
        text = f"{value:.0f}" if abs(value) < MOST_WRITTEN else f"{value:.4e}"
    else:
        text = f"{value:.4g}"
    digits, _, power = text.partition("e")
    if not power:
        return text
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}e{int(power)}"


def _powers(scale: Scale, most: int) -> list[float]:
    """Return powers of ten in a range; where there are few, the double and the fivefold too."""
    low, high = math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high))
    step = max(1, math.ceil((high - low) / most))
    values = [10.0**power for power in range(low, high + 1, step)]
    if high - low <= FEWEST_DECADES:
        values = [float(f"{factor}e{power}") for power in range(low, high + 1) for factor in (1, 2, 5)]
    return [value for value in values if scale.low * (1 - 1e-9) <= value <= scale.high * (1 + 1e-9)]


def _steps(scale: Scale, most: int, is_whole: bool) -> list[float]:
    """Return the multiples of 1, 2 or 5 times a power of ten in a range."""
    raw = (scale.high - scale.low) / most
    if not math.isfinite(raw) or raw <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.8), 10 * power)
    step = max(1.0, step) if is_whole else step
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]
