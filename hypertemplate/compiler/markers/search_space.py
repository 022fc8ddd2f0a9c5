"""The search space: what each marker draws, as source text and as numbers.

`Parameter` is what the compiler knows: arguments stay source text, since ``uniform(0, MAX)`` has no
value before the module is loaded. `Dimension` is the same with every argument evaluated; the worker
sends these as plain data, and samplers build on them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypertemplate.compiler.syntax.source import Span

Params = Mapping[str, float]
"""Label to drawn value: a number, or for a choice the index of its option, from 0. Only the labels that
the draw reached are there: an inner distribution of an option that was not chosen has no value."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a distribution.

    Attributes:
        name: the name of the distribution's parameter, such as ``low``.
        text: the source text.
        span: where it stands.
        literal: whether `text` is a constant that is known without running anything.
    """

    name: str
    text: str
    span: Span
    literal: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice.

    Attributes:
        text: the source text, or for a list made at load time the ``repr`` of the object.
        literal: whether `text` is a constant, which `ast.literal_eval` gives.
        inner: the label of the distribution that the option consists of, else an empty string.
    """

    text: str
    literal: bool
    inner: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One label of the search space, as it stands in the source.

    Attributes:
        label: what people call it; unique in the space.
        distribution: the name of one of the twelve distributions.
        arguments: its arguments in the order of the distribution's signature, ``name`` left out. For a
            ``pchoice`` with a written list: one argument ``p`` for each probability.
        options: the options of a choice whose list is written in the marker; None for other
            distributions and for a list that is made at load time.
        marker: the whole marker, braces included; for an inner distribution its call.
        draws: for one of the draws of a subscripted marker, the values of its indices; None for a marker
            that draws one value for the trial.
        parent: for an inner distribution the label of its choice and the number of its option.
    """

    label: str
    distribution: str
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...] | None
    marker: Span
    draws: tuple[int, ...] | None = None
    parent: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """The parameters in source order, an inner distribution after its choice."""

    parameters: tuple[Parameter, ...]

    def __getitem__(self, label: str) -> Parameter:
        """The parameter with this label; KeyError if there is none."""
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
        numbers: argument name to number, for the distributions that are not choices.
        options: the options of ``choice`` and ``pchoice``, else empty.
        probabilities: of ``pchoice``, one for each option, else empty.
        integral: whether every value is a whole number and is handed over as an ``int``.
        parent: as in `Parameter`.
    """

    label: str
    distribution: str
    numbers: dict[str, float]
    options: tuple[Option, ...] = ()
    probabilities: tuple[float, ...] = ()
    integral: bool = False
    parent: tuple[str, int] | None = None
