"""Who proposes the values of a trial, and which of a space's labels a proposal reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hypertemplate.compiler.markers.resolve import default_draw
from hypertemplate.compiler.markers.search_space import Dimension, Params

TPE_STARTUP = 20
"""How many points hyperopt's TPE draws at random before it learns from them."""


class Sampler(Protocol):
    """Proposes points and learns from their losses.

    Proposals may be told in any order, and not every one is: a search can end while trials run.
    """

    @property
    def size(self) -> int | None:
        """How many points there are to propose; None if there is no end of them."""

    def ask(self, number: int) -> Params:
        """The point of trial `number` (from 0), with the labels that it reaches and no others."""

    def tell(self, number: int, params: Params, loss: float | None, failure: str | None = None) -> None:
        """What came of trial `number`.

        Args:
            number: of a trial that was proposed.
            params: its point.
            loss: lower is better; None says that it failed, or was stopped without one.
            failure: the class of the reason why it failed, as `Trial.failure`.
        """

    def state(self) -> str:
        """What a sampler that goes on needs beside the trials, as JSON; empty if that is nothing."""


class Learner(Sampler, Protocol):
    """A sampler that can learn from points which it did not propose."""

    def give(self, number: int, params: Params) -> None:
        """Trial `number` runs at this point; it will be told."""


class DefaultSampler:
    """Proposes the default of each dimension, every time: ``hypertemplate try`` runs on it.

    Args:
        space: the dimensions, an inner one after its choice.
    """

    size = None

    def __init__(self, space: tuple[Dimension, ...]) -> None:
        self._space = space

    def ask(self, number: int) -> Params:
        """The first option, the middle of the range, the mean."""
        return reached(self._space, {d.label: plain(d, default_draw(d)) for d in self._space})

    def tell(self, number: int, params: Params, loss: float | None, failure: str | None = None) -> None:
        """There is nothing to learn."""

    def state(self) -> str:
        """There is none."""
        return ""


def plain(dimension: Dimension, drawn: float) -> float:
    """`drawn` as a plain ``int`` where the dimension has whole numbers, else as a plain ``float``."""
    return round(drawn) if dimension.integral else float(drawn)


def reached(space: tuple[Dimension, ...], drawn: Mapping[str, float]) -> dict[str, float]:
    """What `drawn` holds of the labels that it reaches, in the order of the space.

    An inner dimension is reached if its choice is, and took its option.
    """
    params: dict[str, float] = {}
    for dimension in space:
        outer, option = dimension.parent or ("", 0)
        if outer and params.get(outer) != option:
            continue
        params[dimension.label] = drawn[dimension.label]
    return params
