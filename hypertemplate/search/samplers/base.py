"""Protocol of samplers, and the labels of a space that a proposal reaches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from hypertemplate.compiler.markers.resolve import default_draw, on_step
from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.study import Trial, TrialState

TPE_STARTUP = 20
"""Number of points that hyperopt's TPE draws at random before it learns from them."""

BAYES_STARTUP = 10
"""Most points with which `bayes` fills the space before it learns from them."""


class Sampler(Protocol):
    """Source of points, which learns from their losses.

    Losses may be told in any order, and some are never told: a search can end while trials run.
    """

    @property
    def size(self) -> int | None:
        """Number of points to propose; None if it is infinite."""

    @property
    def has_pending(self) -> bool:
        """True if a point is left that was written down, by the user or an earlier search: it comes first."""

    def ask(self, number: int) -> Params:
        """Propose the point of trial `number` (from 0), with exactly the labels that it reaches."""

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        """Learn the outcome of trial `number`.

        Args:
            number: number of a trial that was proposed.
            params: point of the trial.
            loss: lower is better; None for a trial that failed or was stopped.
            failure: class of the reason for the failure, as `Trial.failure`.
            estimate: loss that a stopped trial would have had at its end, as far as can be told; the point is
                ranked by it, and is never the best.
            unused: labels that a complete trial did not read; of any other it is not known.
        """

    def give(self, number: int, params: Params) -> None:
        """Take note that trial `number` is at this point, which was not asked for; its loss will be told."""

    def state(self) -> str:
        """Return the state that a resumed sampler needs besides the trials, as JSON; empty if none."""


def heard(trial: Trial) -> tuple[float | None, str | None, float | None, tuple[str, ...]]:
    """Return what a sampler is told of a trial that has ended: loss, failure, estimate, and unused labels.

    A stopped trial without an estimate counted as if it had run to its end.
    """
    told = trial.state is not TrialState.FAILED and trial.estimate is None
    return trial.loss if told else None, trial.failure, trial.estimate, trial.not_read


class DefaultSampler:
    """Sampler that always proposes the default of each dimension, for ``hypertemplate try``.

    Args:
        space: dimensions, an inner one after its choice.
    """

    size = None

    def __init__(self, space: tuple[Dimension, ...]) -> None:
        self._space = space

    @property
    def has_pending(self) -> bool:
        """False: nobody writes a point down for this sampler."""
        return False

    def ask(self, number: int) -> Params:
        """Propose the first option, the middle of the range, the mean."""
        return reached(self._space, {d.label: plain(d, default_draw(d)) for d in self._space})

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        """Do nothing: this sampler does not learn."""

    def give(self, number: int, params: Params) -> None:
        """Do nothing: this sampler does not learn."""

    def state(self) -> str:
        """Return an empty text: this sampler has no state."""
        return ""


def plain(dimension: Dimension, drawn: float) -> float:
    """Convert `drawn` to a plain ``int`` if the dimension has whole numbers, else to a plain ``float``.

    A multiple of a step is as people write it, see `on_step`.
    """
    if dimension.integral:
        return round(drawn)
    step = dimension.numbers.get("q")
    return float(drawn) if step is None else on_step(drawn, step)


def reached(space: tuple[Dimension, ...], drawn: Mapping[str, float]) -> dict[str, float]:
    """Return the values in `drawn` of the labels that it reaches, in the order of the space.

    An inner dimension is reached if its choice is reached and took its option.
    """
    params: dict[str, float] = {}
    for dimension in space:
        outer, option = dimension.parent or ("", 0)
        if outer and params.get(outer) != option:
            continue
        params[dimension.label] = drawn[dimension.label]
    return params
