"""Search space: the draws of each marker, as source text and as numbers.

`Parameter` is what the compiler knows: arguments stay source text, because ``uniform(0, MAX)`` has no value
before the module is loaded. `Dimension` is the same with every argument evaluated; the worker sends these as
plain data, and samplers depend on them alone.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from hypertemplate.compiler.syntax.literals import number
from hypertemplate.compiler.syntax.source import Span

Params = Mapping[str, float]
"""Label -> drawn value: a number, or for a choice the index of its option, from 0. Only labels that the draw
reached are included: an inner distribution of an option that was not chosen has no value.
"""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a distribution.

    Attributes:
        name: name of the distribution's parameter, such as ``low``.
        text: source text.
        span: place in the source.
        literal: whether `text` is a constant, known without running anything.
        value: expression to evaluate instead of a `text` with local names; else an empty string.
    """

    name: str
    text: str
    span: Span
    literal: bool
    value: str = ""

    @property
    def number(self) -> float | None:
        """Its value, if it is known without running anything."""
        return number(ast.parse(self.text, mode="eval").body) if self.literal else None


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice.

    Attributes:
        text: source text, or for a list created at load time the ``repr`` of the object.
        literal: whether `text` is a constant, which `ast.literal_eval` can evaluate.
        inner: label of the distribution that is the whole option, else an empty string.
    """

    text: str
    literal: bool
    inner: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One label of the search space, as in the source.

    Attributes:
        label: name for people, unique in the space.
        distribution: name of one of the twelve distributions.
        arguments: arguments in the order of the distribution's signature, without ``name``. For a
            ``pchoice`` with a written list: one argument ``p`` for each probability.
        options: options of a choice whose list is written in the marker; None for other
            distributions and for a list created at load time.
        marker: the whole marker, braces included; for an inner distribution, its call.
        draws: values of the indices, for one draw of a subscripted marker; None for a marker
            that draws once for the trial.
        parent: label of the choice and number of the option that contain an inner distribution.
        log: whether the bounds in `arguments` are values, whose logarithms the distribution takes.
        default: default of the marker's own; of a choice only where its list is created at load time.
        default_option: number of the option that is the default, where the options are written in the marker.
        is_stated: whether the default is the value in the code, which a comment marks.
    """

    label: str
    distribution: str
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...] | None
    marker: Span
    draws: tuple[int, ...] | None = None
    parent: tuple[str, int] | None = None
    log: bool = False
    default: Argument | None = None
    default_option: int | None = None
    is_stated: bool = False

    @property
    def written(self) -> str:
        """Name of the distribution as in the source: ``uniform`` for ``uniform(1, 9, log=True)``."""
        if not self.log:
            return self.distribution
        if self.distribution == "loguniform":
            return "uniform"
        return "quniform" if any(argument.name == "q" for argument in self.arguments) else "uniformint"


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """Parameters in source order, an inner distribution after its choice."""

    parameters: tuple[Parameter, ...]

    @property
    def states_defaults(self) -> bool:
        """True if a marker states a default of its own."""
        return any(one.default is not None or one.default_option is not None for one in self.parameters)

    def __getitem__(self, label: str) -> Parameter:
        """Return the parameter with this label; raise KeyError if there is none."""
        for parameter in self.parameters:
            if parameter.label == label:
                return parameter
        raise KeyError(label)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One label of the search space with its arguments as numbers.

    Attributes:
        label: as in `Parameter`.
        distribution: as in `Parameter`.
        numbers: argument name -> number, for distributions other than choices.
        options: options of ``choice`` and ``pchoice``, else empty.
        probabilities: probabilities of ``pchoice``, one for each option, else empty.
        integral: whether every value is a whole number, passed as an ``int``.
        parent: as in `Parameter`.
        default: default of the marker's own; of a choice the number of the option. It is not part of the
            search space: two dimensions with different ones are equal.
    """

    label: str
    distribution: str
    numbers: dict[str, float]
    options: tuple[Option, ...] = ()
    probabilities: tuple[float, ...] = ()
    integral: bool = False
    parent: tuple[str, int] | None = None
    default: float | None = field(default=None, compare=False)

    @property
    def is_log(self) -> bool:
        """True if the logarithms of its values are distributed as `numbers` say."""
        return "log" in self.distribution

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest value; a step may lead a little beyond the bounds. Not of a choice."""
        numbers = self.numbers
        if "mu" in numbers:
            return (0.0 if self.is_log else -math.inf), math.inf
        low, high = numbers["low"], numbers.get("high", 0)
        if self.distribution == "randint":
            return (low, high - 1) if "high" in numbers else (0, low - 1)
        if self.is_log:
            low, high = (
                float(f"{math.exp(bound):.12g}") for bound in (low, high)
            )  # 0.1, not 0.10000000000000002
        step = numbers.get("q")
        if step is None:
            return low, high
        return min(low, round(low / step) * step), max(high, round(high / step) * step)

    def holds(self, value: float) -> bool:
        """Tell whether a value lies in the range. Not of a choice."""
        low, high = self.range
        return low <= value <= high or math.isclose(value, low) or math.isclose(value, high)
