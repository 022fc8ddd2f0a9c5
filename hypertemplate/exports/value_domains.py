"""Values that a parameter may have, as other tools know them: a range, or a list of options; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hypertemplate.compiler.markers.drawn_values import constant
from hypertemplate.compiler.markers.resolve import on_step
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.study import Trial

Plain = str | int | float | None
"""Value that every tool knows: text, number, truth value or nothing."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Range of numbers.

    Attributes:
        low: lowest value.
        high: highest value.
        log: whether the logarithms count; both bounds are then positive.
        step: distance of two values, none of them between; None if there is none, or `log`.
        integral: whether every value is a whole number.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None
    integral: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether a value is one of these."""
        value = self._near(value)
        if not self.low <= value <= self.high:
            return False
        steps = 0.0 if self.step is None else (value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-8

    def shown(self, drawn: float) -> Plain:
        """Return a drawn value, as an ``int`` if every value is a whole number."""
        value = self._near(drawn)
        return int(value) if self.integral else value

    def _near(self, value: float) -> float:
        """Return a multiple of the step as people write it; a bound, if the value is one but for rounding."""
        value = value if self.step is None else on_step(value, self.step)
        return next((end for end in (self.low, self.high) if math.isclose(end, value, rel_tol=1e-11)), value)


@dataclass(frozen=True, slots=True)
class Choices:
    """List of options.

    Attributes:
        values: values of the options, all of them different; source texts where not all are constants.
    """

    values: tuple[Plain, ...]

    def holds(self, value: float) -> bool:
        """Tell whether an option has this number."""
        return 0 <= value < len(self.values)

    def shown(self, drawn: float) -> Plain:
        """Return the value of the option that was drawn."""
        return self.values[int(drawn)]


Domain = Numbers | Choices


def domains(space: Iterable[Dimension], trials: Sequence[Trial]) -> dict[str, Domain]:
    """Return the domain of each parameter that has one.

    A distribution without bounds has those of the values that the trials have drawn from it; if none has
    drawn one, it has no domain.

    Args:
        space: dimensions of the search space.
        trials: trials whose values are seen.
    """
    found = ((d.label, domain(d, [t.params[d.label] for t in trials if d.label in t.params])) for d in space)
    return {label: one for label, one in found if one is not None}


def domain(dimension: Dimension, seen: Sequence[float]) -> Domain | None:
    """Return the domain of a dimension of which some values have been seen; None if it has no bounds."""
    if dimension.options:
        return _choices(dimension)
    low, high = dimension.range
    if "mu" in dimension.numbers:
        if not seen:
            return None
        low, high = min(seen), max(seen)
    step = dimension.numbers.get("q")
    if step is None:
        is_log = dimension.is_log and low > 0
        return Numbers(
            low, high, is_log, 1.0 if dimension.integral and not is_log else None, dimension.integral
        )
    low, high = (on_step(round(bound / step) * step, step) for bound in (low, high))
    if dimension.is_log and low > 0:
        return Numbers(low, high, True, None, dimension.integral)
    return Numbers(low, high, False, _exact(low, high, step), dimension.integral)


def _exact(low: float, high: float, step: float) -> float | None:
    """Return the step if it leads from one bound to the other in decimal digits, else None."""
    rest = (Decimal(str(high)) - Decimal(str(low))) % Decimal(str(step))
    return None if rest else step


def _choices(dimension: Dimension) -> Choices:
    """Return the options of a choice: constants if each of them is a plain one of its own, else texts."""
    values = [constant(option) for option in dimension.options]
    if not any(option.inner for option in dimension.options) and _are_plain(values):
        return Choices(tuple(value for value in values if isinstance(value, Plain)))
    texts = [option.text for option in dimension.options]
    if len(set(texts)) < len(texts):
        texts = [f"{number}: {text}" for number, text in enumerate(texts)]
    return Choices(tuple(texts))


def _are_plain(values: Sequence[object]) -> bool:
    """Tell whether values are plain, finite, and no two of them are equal, as ``1`` and ``True`` are."""
    if not all(isinstance(value, Plain) for value in values):
        return False
    numbers = [value for value in values if isinstance(value, float)]
    return all(map(math.isfinite, numbers)) and len(set(values)) == len(values)


def values_in(
    found: Mapping[str, Domain], trial: Trial, labels: Iterable[str]
) -> tuple[dict[str, Plain], dict[str, float]]:
    """Return the values of some parameters of a trial: those in their domains, and drawn numbers outside.

    A value may be outside of the distribution's range because the user set it.

    Args:
        found: domains by label.
        trial: the trial.
        labels: labels of the parameters; those without a value are left out.
    """
    inside: dict[str, Plain] = {}
    outside: dict[str, float] = {}
    for label in labels:
        drawn = trial.params.get(label)
        if drawn is None:
            continue
        own = found.get(label)
        if own is not None and own.holds(drawn):
            inside[label] = own.shown(drawn)
        else:
            outside[label] = drawn
    return inside, outside
